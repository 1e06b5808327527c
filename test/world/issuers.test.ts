import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { isFailure } from "../../src/failures/failure.ts";
import { failureText } from "../../src/failures/failureText.ts";
import { standaloneFailureText } from "../../src/standalone/terminalWords.ts";
import type { FakeAuthorizationServer } from "../support/fakeAuthorizationServer.ts";
import { failureOf, html, json } from "../support/fakePorts.ts";
import { connectedEditor } from "./support/editor.ts";
import { idTokenOf, resourceMetadata, routeMicrosoft, withoutIss } from "./support/issuerParts.ts";
import { type ProgramWorld, programWorld } from "./support/program.ts";
import { startProvider } from "./support/provider.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";

/** The provider has its metadata at this place and no other, with these members besides its own. */
function metadataAt(provider: FakeAuthorizationServer, place: string, members: object): void {
  provider.answer[".well-known/oauth-authorization-server"] = () => html(404);
  provider.answer[place.replace(/^\//, "")] = () => json({ ...provider.server, ...members });
  withoutIss(provider);
  Object.assign(provider.server, { authorization_response_iss_parameter_supported: undefined });
}

/** Signs in at an issuer that the gateway names, and calls. */
async function called({ gateway, start, computer }: ProgramWorld, issuer: string): Promise<unknown> {
  gateway.instead = resourceMetadata(gateway, { authorization_servers: [issuer] });
  return [await (await start()).call("echo"), computer.opened().length];
}

const appended: WorldTests = {
  ...Object.fromEntries(
    ["/realms/one", "/oauth2/default", "/a/b/c", "/mcp/"].map((path) => [
      `an issuer ${path} has it behind its path`,
      async (t: TestContext) => {
        const world = await programWorld(t);
        const { provider } = world;
        const issuer = provider.issuer + path;
        const place = `${path.replace(/\/$/, "")}/.well-known/oauth-authorization-server`;
        metadataAt(provider, place, { issuer });
        assert.deepEqual(await called(world, issuer), ["{}", 1]);
      },
    ]),
  ),
  "one that answers at a place of the specification is not asked there": async (t) => {
    const world = await programWorld(t);
    const { provider } = world;
    const issuer = `${provider.issuer}/realms/one`;
    metadataAt(provider, "/realms/one/.well-known/openid-configuration", { issuer });
    assert.deepEqual(
      [await called(world, issuer), provider.count("realms/one/.well-known/oauth-authorization-server")],
      [["{}", 1], 0],
    );
  },
  "one that names another issuer there is not believed": async (t) => {
    const provider = await startProvider(t);
    metadataAt(provider, "/realms/one/.well-known/oauth-authorization-server", { issuer: provider.issuer });
    const connect = connectedEditor(t, provider, (gateway) => {
      const issuer = `${provider.issuer}/realms/one`;
      gateway.instead = resourceMetadata(gateway, { authorization_servers: [issuer] });
    });
    const { code } = (await failureOf(() => connect)) as { code: string };
    assert.deepEqual([code, provider.count("authorize")], ["issuer_mismatch", 0]);
  },
};

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const otherTenant = "00000000-86f1-41af-91ab-2d7cd011db47";
const wellKnown = ".well-known/openid-configuration";

/** How gateways and people name a policy of B2C: what follows the origin, and where its metadata is. */
const policies: Readonly<Record<string, { readonly named: string; readonly place: string }>> = {
  "in the path": {
    named: "/contoso.onmicrosoft.com/B2C_1_signin/v2.0",
    place: `/contoso.onmicrosoft.com/B2C_1_signin/v2.0/${wellKnown}`,
  },
  "in the path behind the tenant's ID": {
    named: `/${tenant}/B2C_1A_SIGNIN/v2.0/`,
    place: `/${tenant}/B2C_1A_SIGNIN/v2.0/${wellKnown}`,
  },
  "in the query of its metadata's address": {
    named: `/contoso.onmicrosoft.com/v2.0/${wellKnown}?p=B2C_1_signin`,
    place: `/contoso.onmicrosoft.com/v2.0/${wellKnown}`,
  },
  "in the query": {
    named: "/contoso.onmicrosoft.com/v2.0?p=B2C_1_signin",
    place: `/contoso.onmicrosoft.com/v2.0/${wellKnown}`,
  },
};

/** A provider that is such a policy, and its issuer as it is named. B2C tells policies apart by the query at every endpoint. */
function policyServer(
  provider: FakeAuthorizationServer,
  { named, place }: { named: string; place: string },
  own: string,
) {
  const { issuer: origin } = provider;
  const inQuery = named.includes("?");
  const endpoints = Object.fromEntries(
    ["authorization", "token"].map((name) => [
      `${name}_endpoint`,
      `${origin}/${name === "token" ? "token" : "authorize"}${inQuery ? "?p=b2c_1_signin" : ""}`,
    ]),
  );
  metadataAt(provider, place, { ...endpoints, issuer: origin + own });
  const asItIs = provider.answer[place.slice(1)];
  provider.answer[place.slice(1)] = (form, headers) =>
    inQuery && form.p !== "B2C_1_signin" ? html(404) : asItIs?.(form, headers);
  for (const endpoint of inQuery ? ["authorize", "token"] : []) {
    const before = provider.answer[endpoint];
    provider.answer[endpoint] = (form, headers) => (form.p === "b2c_1_signin" ? before?.(form, headers) : html(404));
  }
  return origin + named;
}

const b2c: WorldTests = {
  ...eachPair(
    Object.entries(policies),
    [`/${tenant}/v2.0/`, `/tfp/${tenant}/{policy}/v2.0/`],
    ([what, policy], own) => [
      `a policy ${what} whose metadata names ${own}`,
      async (t) => {
        const world = await programWorld(t);
        const [name = ""] = /b2c_1a?_signin/.exec(policy.named.toLowerCase()) ?? [];
        const issuer = policyServer(world.provider, policy, own.replace("{policy}", name));
        assert.deepEqual(await called(world, issuer), ["{}", 1]);
      },
    ],
  ),
  ...eachPair(Object.entries(policies), [`/${tenant}/v2.0/`, "/other/v2.0/"], ([what, policy], iss) => [
    `in the editor a token of ${iss} from a policy ${what} ${iss.includes(tenant) ? "names its person" : "names nobody"}`,
    async (t) => {
      const provider = await startProvider(t);
      const issuer = policyServer(provider, policy, `/${tenant}/v2.0/`);
      const byQuery = provider.answer.token;
      idTokenOf(provider, { iss: provider.issuer + iss });
      const token = provider.answer.token;
      provider.answer.token = (form, headers) => byQuery?.(form, headers) ?? token?.(form, headers);
      Object.assign(provider.server, { scopes_supported: ["openid", "profile"] });
      const { world, id } = await connectedEditor(t, provider, (gateway) => {
        gateway.instead = resourceMetadata(gateway, { authorization_servers: [issuer] });
      });
      const connection = world.gateways.find(id);
      const tokens = connection && (await world.gateways.storedTokens(connection));
      const named = tokens?.account.label === "Ada";
      assert.deepEqual([await world.call(id, "echo"), named], ["{}", iss.includes(tenant)]);
      provider.access.clear();
      assert.equal(await world.call(id, "echo"), "{}");
    },
  ]),
  ...Object.fromEntries(
    Object.entries({
      "another tenant's": ["/{tenant}/B2C_1_signin/v2.0", "{origin}/{other}/v2.0/"],
      "another policy's": ["/contoso.onmicrosoft.com/B2C_1_signin/v2.0", "{origin}/tfp/{tenant}/b2c_1_other/v2.0/"],
      "another host's": ["/contoso.onmicrosoft.com/B2C_1_signin/v2.0", "https://idp.example/{tenant}/v2.0/"],
      "a name in the place of an ID": ["/contoso.onmicrosoft.com/B2C_1_signin/v2.0", "{origin}/evil/v2.0/"],
      "a tenant's, though no policy was asked": ["/contoso.onmicrosoft.com/v2.0", "{origin}/{tenant}/v2.0/"],
      "a tenant's, though another path was asked": ["/contoso/x/y", "{origin}/{tenant}/v2.0/"],
    }).map(([what, [named = "", own = ""]]) => [
      `metadata that names ${what} is told with both issuers, and nobody is sent there`,
      async (t: TestContext) => {
        const provider = await startProvider(t);
        const full = (address: string) =>
          address.replace("{origin}", provider.issuer).replace("{tenant}", tenant).replace("{other}", otherTenant);
        const issuer = provider.issuer + full(named);
        metadataAt(provider, `${full(named)}/${wellKnown}`, { issuer: full(own) });
        const connect = connectedEditor(t, provider, (gateway) => {
          gateway.instead = resourceMetadata(gateway, { authorization_servers: [issuer] });
        });
        const { code, facts } = (await failureOf(() => connect)) as { code: string; facts: object };
        assert.deepEqual(
          [code, facts, provider.count("authorize")],
          ["issuer_mismatch", { metadataUrl: `${issuer}/${wellKnown}`, expected: issuer, found: full(own) }, 0],
        );
      },
    ]),
  ),
};

const queries: WorldTests = Object.fromEntries(
  ["", "/oauth2/default"].map((path) => [
    `an issuer ${path} that is named by its metadata with a query is asked with it, and by its own name`,
    async (t: TestContext) => {
      const world = await programWorld(t);
      const { provider } = world;
      const issuer = provider.issuer + path;
      metadataAt(provider, `${path}/${wellKnown}`, { issuer });
      const place = `${path}/${wellKnown}`.slice(1);
      const asItIs = provider.answer[place];
      provider.answer[place] = (form, headers) => (form.client_id === "one" ? asItIs?.(form, headers) : html(404));
      // The browser comes back with the issuer's own name (RFC 9207).
      provider.answer.authorize = (form) => {
        const page = `${provider.issuer}/authorize?${new URLSearchParams(form)}`;
        return Response.redirect(provider.consent(page, { iss: issuer }), 302);
      };
      Object.assign(provider.server, { authorization_response_iss_parameter_supported: true });
      assert.deepEqual(await called(world, `${issuer}/${wellKnown}?client_id=one`), ["{}", 1]);
    },
  ]),
);

const domains: WorldTests = Object.fromEntries(
  [
    { named: "contoso.onmicrosoft.com", own: tenant, code: undefined },
    { named: "contoso.com", own: tenant, code: undefined },
    { named: "contoso.com", own: "fabrikam.com", code: "issuer_mismatch" },
    { named: "contoso.com", own: "{tenantid}", code: "issuer_mismatch" },
    { named: otherTenant, own: tenant, code: "issuer_mismatch" },
  ].map(({ named, own, code }) => [
    `Entra's tenant ${named} whose metadata names ${own} ${code === undefined ? "signs in" : "is told with both"}`,
    async (t: TestContext) => {
      const provider = await startProvider(t);
      const issuer = `https://login.microsoftonline.com/${named}/v2.0`;
      const at = (name: string) => [`${name}_endpoint`, `${issuer}/${name === "authorization" ? "authorize" : name}`];
      const endpoints = Object.fromEntries(["authorization", "token"].map(at));
      const document = { issuer: `https://login.microsoftonline.com/${own}/v2.0`, scopes_supported: ["openid"] };
      provider.answer["openid-configuration"] = () =>
        json({ ...document, ...endpoints, registration_endpoint: `${issuer}/register` });
      withoutIss(provider);
      routeMicrosoft(t, provider);
      idTokenOf(provider, { tid: own, iss: document.issuer });
      const outcome = connectedEditor(t, provider, (gateway) => {
        gateway.instead = resourceMetadata(gateway, { authorization_servers: [issuer] });
      }).then(async ({ world, id }) => {
        const connection = world.gateways.find(id);
        const tokens = connection && (await world.gateways.storedTokens(connection));
        return [await world.call(id, "echo"), tokens?.account.label];
      });
      const told = code === undefined ? await outcome : ((await failureOf(() => outcome)) as { code: string }).code;
      assert.deepEqual(told, code ?? ["{}", "Ada"]);
    },
  ]),
);

/** Requests to Microsoft's hosts for customers go to the provider of the row, by their path. */
function routeCustomers(t: TestContext, provider: FakeAuthorizationServer): void {
  const real = globalThis.fetch;
  t.mock.method(globalThis, "fetch", ((input: string | URL, init?: RequestInit) => {
    const url = new URL(String(input));
    return url.hostname.endsWith(".ciamlogin.com") ? real(provider.issuer + url.pathname, init) : real(input, init);
  }) as typeof fetch);
}

const customers: WorldTests = Object.fromEntries(
  [
    { named: `https://contoso.ciamlogin.com/${tenant}/v2.0`, own: tenant, isSame: true },
    { named: "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0", own: tenant, isSame: true },
    { named: `https://contoso.ciamlogin.com/${otherTenant}/v2.0`, own: tenant, isSame: false },
    { named: `https://contoso.ciamlogin.com/${tenant}/v2.0`, own: "fabrikam", isSame: false },
  ].map(({ named, own, isSame }) => [
    `${named}, whose metadata names ${own}'s, is told with both and ${isSame ? "with the setting" : "no way on"}`,
    async (t: TestContext) => {
      const provider = await startProvider(t);
      const { pathname } = new URL(named);
      const issuer = `https://${own}.ciamlogin.com/${own}/v2.0`;
      metadataAt(provider, `${pathname}/${wellKnown}`, { issuer });
      routeCustomers(t, provider);
      const connect = connectedEditor(t, provider, (gateway) => {
        gateway.instead = resourceMetadata(gateway, { authorization_servers: [named] });
      });
      const failure = await connect.catch((error: unknown) => error);
      assert.ok(isFailure(failure, "issuer_mismatch"));
      const { detail, nextStep } = failureText(failure);
      assert.deepEqual(
        [
          ...[detail.includes(named), detail.includes(issuer), nextStep.includes(`"issuer" to ${issuer}`)],
          standaloneFailureText(failure).includes(`--issuer ${issuer}`),
        ],
        [true, true, isSame, isSame],
      );
      assert.equal(provider.count("authorize"), 0);
    },
  ]),
);

/** How identity providers were seen to call themselves otherwise than they are asked, and where they say so. */
worldRows([
  {
    row: "P24",
    kind: 1,
    otherSide:
      "metadata of RFC 8414 behind an issuer's path (`/path/.well-known/oauth-authorization-server`) and nowhere else",
    right:
      "looked for there last, where the server answers and has it at no place of the specification (RFC 8414, 3.1)",
    source: "mcp-use/mcp-use#1576, envoyproxy/ai-gateway#1542, akutishevsky/nutrition-mcp#51",
    at03c8530: "not tried; later ✗ “cannot be reached”",
    tests: appended,
  },
  {
    row: "P25",
    kind: 3,
    otherSide:
      "a policy of Azure AD B2C, in the path or in the query (`?p=`), whose metadata and tokens name its tenant by ID",
    right:
      "taken as the policy's within one origin, for the same tenant and the same policy; else both are told (RFC 8414, 3.3)",
    source: "coreos/go-oidc#121, OrchardCMS/OrchardCore#3712, Azure/azure-sdk-for-java#21036, spring-security#16460",
    at03c8530: "not tried; later ✗ “belongs to another issuer”",
    tests: b2c,
  },
  {
    row: "P26",
    kind: 3,
    otherSide:
      "`authorization_servers` names metadata with a query, as Okta has it (`…/openid-configuration?client_id=`)",
    right: "asked with the query, and known by the name without it, which an issuer has not (RFC 8414, 2)",
    source: "own variation of P23",
    at03c8530: "not tried; later ✗ “cannot be reached”",
    tests: queries,
  },
  {
    row: "P27",
    kind: 3,
    otherSide: "Entra's tenant by one of its domains (`/contoso.onmicrosoft.com/v2.0`), whose metadata names its ID",
    right: "taken at Microsoft's hosts alone; a token is its tenant's, as in P15",
    source: "Azure-Samples/ms-identity-ciam-javascript-tutorial#137, own variation of P15",
    at03c8530: "not tried; later ✗ “belongs to another issuer”",
    tests: domains,
  },
  {
    row: "P28",
    kind: 7,
    otherSide: "a tenant of Microsoft Entra External ID at its host by name, whose metadata names a host by its ID",
    right: "another origin is not believed unasked (RFC 8414, 3.3); the words have the issuer that a person may set",
    source: "AzureAD/microsoft-authentication-library-for-js#8592, oauth2-proxy/oauth2-proxy#3476",
    at03c8530: "not tried; later ~ “this is how sign-ins are stolen”",
    tests: customers,
  },
]);
