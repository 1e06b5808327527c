import assert from "node:assert/strict";
import { test } from "node:test";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { withProfile } from "../support/profileClient.ts";
import { callTool, claimsOf } from "../support/sandboxClient.ts";

interface Case {
  /** What the gateway answers to the access token and to the ID token. */
  readonly gateway: readonly [accessToken: number, idToken: number];
  /** The claims that tell providers apart; `client` stands for the editor's client, `issuer` for the issuer. */
  readonly claims: Readonly<Record<string, unknown>> | "opaque";
  readonly idToken: readonly string[];
  readonly issuerInResponse: boolean;
}

const told = [
  ...["iss", "aud", "sub", "client_id", "cid", "azp", "appid", "scope", "scp", "ver", "token_use", "roles", "idtyp"],
  ...["uid", "tid", "preferred_username"],
];
const entraApi = "d1a41783-c85c-4a52-a938-4df5b9626d40";
const tenant = "2554fa16-3b40-414f-a863-4051c1c695e6";
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const cases: Readonly<Record<Exclude<SandboxProfileId, "generic">, Case>> = {
  okta: {
    gateway: [200, 401],
    claims: {
      iss: "issuer",
      aud: "api://default",
      sub: "ada@example.com",
      cid: "client",
      uid: /^00u[a-z0-9]{17}$/,
      scp: ["openid", "profile", "offline_access", "gateway.read"],
      ver: 1,
    },
    idToken: ["sub", "name", "preferred_username"],
    issuerInResponse: false,
  },
  oktaOrg: {
    gateway: [401, 401],
    claims: {
      iss: "issuer",
      aud: "issuer",
      sub: "ada@example.com",
      cid: "client",
      uid: /^00u[a-z0-9]{17}$/,
      scp: ["openid", "profile", "offline_access"],
      ver: 1,
    },
    idToken: ["sub", "name", "preferred_username"],
    issuerInResponse: false,
  },
  entra: {
    gateway: [200, 401],
    claims: {
      iss: "issuer",
      aud: entraApi,
      sub: /^[0-9a-f]{32}$/,
      azp: "client",
      scp: "access_as_user",
      ver: "2.0",
      tid: tenant,
      preferred_username: "ada@example.com",
    },
    idToken: ["sub", "tid", "ver", "name", "preferred_username", "oid"],
    issuerInResponse: false,
  },
  entraV1: {
    gateway: [401, 401],
    claims: {
      iss: new RegExp(`^http://127\\.0\\.0\\.1:\\d+/${tenant}/$`),
      aud: `api://${entraApi}`,
      sub: /^[0-9a-f]{32}$/,
      appid: "client",
      scp: "access_as_user",
      ver: "1.0",
      tid: tenant,
    },
    idToken: ["sub", "tid", "ver", "name", "preferred_username", "oid"],
    issuerInResponse: false,
  },
  cognito: {
    gateway: [200, 401],
    claims: {
      iss: "issuer",
      sub: guid,
      client_id: "client",
      scope: "openid profile gateway/read",
      token_use: "access",
    },
    idToken: ["sub", "token_use", "cognito:username", "name", "email", "email_verified"],
    issuerInResponse: false,
  },
  auth0: {
    gateway: [200, 401],
    claims: {
      iss: "issuer",
      aud: ["gateway", "issueruserinfo"],
      sub: /^auth0\|[a-z0-9]{24}$/,
      azp: "client",
      scope: "openid profile offline_access read:tools",
    },
    idToken: ["sub", "name", "nickname"],
    issuerInResponse: false,
  },
  keycloak: {
    // A rule on `azp` alone lets the ID token in too, which has the same one.
    gateway: [200, 200],
    claims: {
      iss: "issuer",
      sub: guid,
      azp: "client",
      scope: "openid profile gateway.read",
      preferred_username: "ada",
    },
    idToken: ["sub", "azp", "typ", "name", "preferred_username"],
    issuerInResponse: true,
  },
  pingFederate: {
    gateway: [200, 401],
    claims: { iss: "issuer", sub: "ada@example.com", client_id: "client", scope: "openid profile gateway.read" },
    idToken: ["sub", "name"],
    issuerInResponse: false,
  },
  google: {
    gateway: [401, 200],
    claims: "opaque",
    idToken: ["sub", "azp", "name", "email", "email_verified"],
    issuerInResponse: true,
  },
};

/** Claims with names in place of what differs with each start. */
function named(token: string, { issuer, clientId, gatewayUrl }: Sandbox): Record<string, unknown> {
  const claims = claimsOf(token);
  const known = told.filter((name) => claims[name] !== undefined).map((name) => [name, claims[name]]);
  const text = JSON.stringify(Object.fromEntries(known))
    .replaceAll(gatewayUrl, "gateway")
    .replaceAll(`"${clientId}"`, '"client"')
    .replace(/"(iss|aud)":"([^"]*)"/g, (whole, name, value) => (value === issuer ? `"${name}":"issuer"` : whole))
    .replaceAll(`"${issuer}userinfo"`, '"issueruserinfo"');
  return JSON.parse(text) as Record<string, unknown>;
}

function same(found: Record<string, unknown>, expected: Readonly<Record<string, unknown>>): void {
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    if (value instanceof RegExp) assert.match(String(found[name]), value, name);
    else assert.deepEqual(found[name], value, name);
  }
}

for (const [profile, expected] of Object.entries(cases) as [SandboxProfileId, Case][]) {
  test(`a sign-in at ${profile} gives tokens with its claims, and the gateway answers as the provider's users know it`, () =>
    withProfile({ profile }, async (client, sandbox) => {
      const brought = await client.authorize();
      const { body } = await client.exchange(brought.code);
      const [accessToken, idToken] = [String(body.access_token), String(body.id_token)];
      const { iss, aud, exp, iat, ...identity } = claimsOf(idToken) as Record<string, unknown>;
      const { seconds: _, ...about } = identity;
      assert.deepEqual(
        {
          gateway: [(await client.gateway.knock(accessToken)).status, (await client.gateway.knock(idToken)).status],
          idToken: Object.keys(about).sort(),
          idTokenFor: aud,
          issuerInResponse: brought.iss !== undefined,
        },
        {
          gateway: [...expected.gateway],
          idToken: [...expected.idToken].sort(),
          idTokenFor: sandbox.clientId,
          issuerInResponse: expected.issuerInResponse,
        },
      );
      if (expected.claims === "opaque") assert.equal(accessToken.split(".").length, 1);
      else same(named(accessToken, sandbox), expected.claims);
    }));
}

const withScopes = ["generic", "okta", "entra", "cognito", "auth0", "keycloak", "pingFederate"] as const;

for (const profile of withScopes) {
  test(`at ${profile} a tool that needs more gets 403 with a scope that can be asked for, and with it the tool runs`, () =>
    withProfile({ profile }, async (client, sandbox) => {
      const ordinary = client.ordinary.scope;
      const reader = await client.signIn();
      const refused = await fetch(sandbox.gatewayUrl, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          authorization: `Bearer ${reader.accessToken}`,
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { name: "sample___save_note", arguments: { text: "no" } },
        }),
      });
      const challenge = refused.headers.get("www-authenticate") ?? "";
      const wanted = /error="insufficient_scope", scope="([^"]+)"/.exec(challenge)?.[1];
      // Some clients ask for what is named and for nothing else.
      const writer = await client.signIn({ scope: [...new Set(`${ordinary} ${wanted}`.split(" "))].join(" ") });
      const mcp = await client.gateway.connect(writer.accessToken);
      const said = [await callTool(mcp, "sample___save_note", { text: "yes" }), await callTool(mcp, "sample___whoami")];
      await mcp.close();
      assert.deepEqual(
        { status: refused.status, wanted: wanted?.split(" ").includes(client.scopes.write), said },
        {
          status: 403,
          wanted: true,
          said: ["saved; there is 1 note", `You are Ada Lovelace (ada), through the client ${sandbox.clientId}.`],
        },
      );
    }));
}

test("what an Entra token is for is in the scopes of the request: without one of the API it is for Microsoft Graph", () =>
  withProfile({ profile: "entra" }, async (client) => {
    const { accessToken } = await client.signIn({ scope: "openid profile" });
    assert.deepEqual(
      [claimsOf(accessToken).aud, (await client.gateway.knock(accessToken)).status],
      ["00000003-0000-0000-c000-000000000000", 401],
    );
  }));

test("an Auth0 access token can be read with an audience only, whatever resource says", () =>
  withProfile({ profile: "auth0" }, async (client, { gatewayUrl }) => {
    const unnamed = await client.signIn({ audience: undefined, resource: gatewayUrl });
    const parts = unnamed.accessToken.split(".").length;
    const wrong = await client.authorize({ audience: "https://another-api.example.com" });
    assert.deepEqual(
      { parts, gateway: (await client.gateway.knock(unnamed.accessToken)).status, wrong: wrong.error },
      { parts: 1, gateway: 401, wrong: "access_denied" },
    );
  }));

test("a Cognito access token names an audience only when the client asked for one, and the gateway takes both", () =>
  withProfile({ profile: "cognito" }, async (client) => {
    const resource = "https://gateway.example.com/mcp";
    const bound = await client.signIn({ resource });
    const renewed = String((await client.refresh(bound.refreshToken)).body.access_token);
    const free = await client.signIn();
    assert.deepEqual(
      [bound.accessToken, renewed, free.accessToken].map((token) => claimsOf(token).aud),
      [resource, resource, undefined],
    );
    assert.equal((await client.gateway.knock(bound.accessToken)).status, 200);
  }));

for (const profile of ["okta", "keycloak", "pingFederate", "google"] as const) {
  test(`${profile} takes no notice of resource, at either endpoint`, () =>
    withProfile({ profile }, async (client) => {
      const { code } = await client.authorize({ resource: "https://one.example.com" });
      const answer = await client.exchange(code, { resource: "https://two.example.com" });
      const renewed = await client.refresh(String(answer.body.refresh_token), {
        resource: "https://three.example.com",
      });
      const token = client.sandbox.profile === "google" ? answer.body.id_token : answer.body.access_token;
      assert.deepEqual(
        [answer.status, renewed.status, (await client.gateway.knock(String(token))).status],
        [200, 200, 200],
      );
    }));
}
