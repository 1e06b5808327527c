import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import type { CustomJwtAuthorizer } from "../../src/agentcore/authorizer/authorizerConfiguration.ts";
import { defaultRedirect } from "../../src/connections/settings/redirectUriSettings.ts";
import type { AccessReport } from "../../src/diagnosis/accessReport.ts";
import type { AccessWorld } from "../../src/diagnosis/askedAccess.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { landingPages } from "../../src/node/redirect/landingPage.ts";
import { loopbackRedirect } from "../../src/node/redirect/loopbackRedirect.ts";
import { auth0 } from "../../src/sandbox/profiles/auth0.ts";
import { keycloak } from "../../src/sandbox/profiles/keycloak.ts";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";
import { coreSignIn } from "../support/coreSignIn.ts";
import {
  accessWorld,
  askedBy,
  checksOf,
  failedOf,
  leaksOf,
  ruleOf,
  type SignedIn,
  shownOf,
  withSignedIn,
} from "../support/explainWorld.ts";
import { holdClock } from "../support/holdClock.ts";
import { part } from "../support/programs.ts";
import { resolvedGateway } from "../support/resolved.ts";
import { withUntrustedServer } from "../support/untrustedServer.ts";

// What ships.
const { explainAccess } = await part("explain");

/** What the page of a provider tells people to set, where it offers to register and then refuses. */
const settingsOf: Readonly<Partial<Record<SandboxProfileId, Readonly<Record<string, unknown>>>>> = {
  auth0: { clientId: auth0.clients.app },
  keycloak: { clientId: keycloak.clients.app },
};

const providers: readonly (readonly [profile: SandboxProfileId, name: string])[] = [
  ["generic", "the identity provider"],
  ["okta", "Okta"],
  ["entra", "Microsoft Entra ID"],
  ["cognito", "Amazon Cognito"],
  ["auth0", "Auth0"],
  ["keycloak", "Keycloak"],
  ["pingFederate", "PingFederate"],
  ["google", "Google"],
];

for (const [profile, name] of providers) {
  test(`${profile}: the right token passes every rule, with the gateway's configuration and without it`, () =>
    withSignedIn(
      { profile },
      async (signedIn) => {
        const { explain, tokens, sandbox } = signedIn;
        const before = sandbox.observe();
        const reports = [await explain(), await explain({ authorizer: { source: "pasted", configuration: {} } })];
        const { authorizer: _, ...without } = askedBy(signedIn.connection, tokens, {
          bearerToken: profile === "google" ? "id" : "access",
        });
        const { world, requests } = accessWorld();
        const bare = await explainAccess(without, world);
        const after = sandbox.observe();
        assert.deepEqual(
          {
            failed: [...reports, bare].map(failedOf),
            letIn: [...reports, bare].map(({ letIn }) => letIn),
            outcome: bare.outcome,
            product: checksOf(bare).find(({ what }) => what === "Which product it is")?.found,
            leaks: [...reports, bare].flatMap((report) => leaksOf(signedIn, report)),
            // The token goes to the gateway, once.
            sent: requests.filter(({ authorization }) => authorization !== null).map(({ origin }) => origin),
            changed: [after.tokenRequests - before.tokenRequests, Object.keys(after.toolCalls).length],
          },
          {
            failed: [[], ["Can be read: the configuration that was pasted"], []],
            letIn: [true, true, true],
            outcome: "Everything passes: the gateway takes this token.",
            product: name,
            leaks: [],
            sent: [new URL(sandbox.gatewayUrl).origin],
            changed: [0, Object.keys(before.toolCalls).length],
          },
        );
      },
      () => settingsOf[profile] ?? {},
    ));
}

/** How a machine names what it asks for, where the gateway does not. */
const machineSettings: Readonly<Partial<Record<SandboxProfileId, (audience?: string) => object>>> = {
  entra: (audience) => ({ scopes: [`api://${audience}/.default`] }),
  auth0: (audience) => ({ audience }),
};

for (const [profile] of providers.filter(([one]) => one !== "google")) {
  test(`${profile}: a machine's token passes every rule, and nothing about people or a browser is asked of it`, () =>
    withSignedIn(
      { profile, callers: "machines" },
      async ({ explain, tokens }) => {
        const report = await explain();
        const asked = checksOf(report).filter(({ what, fix }) => fix && /browser|renewed|redirect/i.test(what));
        assert.deepEqual(
          { letIn: report.letIn, failed: failedOf(report), asked, leaks: shownOf(report).includes(tokens.accessToken) },
          { letIn: true, failed: [], asked: [], leaks: false },
        );
      },
      (audience) => ({ signIn: "clientCredentials", ...machineSettings[profile]?.(audience) }),
    ));
}

/** A gateway of its own, with another policy, whose metadata names the sandbox's identity provider. */
async function withPolicy(
  { sandbox }: SignedIn,
  rules: CustomJwtAuthorizer,
  act: (url: string) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway({
    authorizer: { customJWTAuthorizer: rules },
    targets: [],
    authorizationServer: sandbox.issuer,
  });
  try {
    await act(gateway.url);
  } finally {
    await gateway.stop();
  }
}

type Change = (rules: CustomJwtAuthorizer) => CustomJwtAuthorizer;

const onClaim =
  (claim: string, value: string): Change =>
  (rules) => ({
    discoveryUrl: rules.discoveryUrl,
    customClaims: [
      {
        inboundTokenClaimName: claim,
        inboundTokenClaimValueType: "STRING",
        authorizingClaimMatchValue: { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString: value } },
      },
    ],
  });
const only =
  (list: "allowedAudience" | "allowedClients" | "allowedScopes", value: string): Change =>
  ({ discoveryUrl }) => ({ discoveryUrl, [list]: [value] });

/** Policies that people write, what the gateway answers, and the words that mend them. The pasted rule is tried. */
const mistakes: readonly (readonly [
  profile: SandboxProfileId,
  what: string,
  change: Change,
  rule: string,
  status: 401 | 403,
  fix: RegExp,
  pasted: boolean,
])[] = [
  [
    "okta",
    "allowedClients without the claim",
    only("allowedClients", "0oa1"),
    "client",
    401,
    /add a `client_id` claim/,
    true,
  ],
  ["okta", "another audience", only("allowedAudience", "api://x"), "audience", 401, /^Okta: .*allowedAudience/, true],
  [
    "okta",
    "a scope that was not granted",
    only("allowedScopes", "admin"),
    "scope",
    403,
    /^Okta: .*access policy/,
    false,
  ],
  [
    "okta",
    "another client in cid",
    onClaim("cid", "0oa1"),
    "customClaim",
    401,
    /^The token was issued to another client than the rule names/,
    true,
  ],
  ["entra", "api:// as audience", only("allowedAudience", "api://x"), "audience", 401, /^Entra: .*GUID/, true],
  ["entra", "allowedClients", only("allowedClients", "x"), "client", 401, /^Entra: .*`azp`/, true],
  [
    "entra",
    "the full name of a scope",
    only("allowedScopes", "api://x/access_as_user"),
    "scope",
    403,
    /^Entra: .*short name/,
    true,
  ],
  ["entra", "cid, as Okta has it", onClaim("cid", "x"), "customClaim", 401, /^Entra: .*`azp`/, true],
  [
    "cognito",
    "an audience",
    only("allowedAudience", "https://x"),
    "audience",
    401,
    /^Cognito: .*Use allowedClients/,
    true,
  ],
  ["cognito", "another client", only("allowedClients", "x"), "client", 401, /^Cognito: .*App clients/, true],
  [
    "cognito",
    "a scope without its server",
    only("allowedScopes", "read"),
    "scope",
    403,
    /^Cognito: custom scopes are called/,
    true,
  ],
  [
    "cognito",
    "cid, as Okta has it",
    onClaim("cid", "x"),
    "customClaim",
    401,
    /^Cognito: .*client_id.*Use allowedClients/,
    true,
  ],
  ["keycloak", "allowedClients", only("allowedClients", "x"), "client", 401, /^Keycloak: .*`azp`/, true],
  ["auth0", "allowedClients", only("allowedClients", "x"), "client", 401, /^Auth0: .*`azp`/, true],
  ["google", "a scope", only("allowedScopes", "openid"), "scope", 403, /^Google: ID tokens have no scope/, false],
  ["generic", "another audience", only("allowedAudience", "x"), "audience", 401, /^Put the audience/, true],
  ["generic", "another client", only("allowedClients", "x"), "client", 401, /^Put this client/, true],
  ["generic", "a scope that was not granted", only("allowedScopes", "x"), "scope", 403, /^Let the client ask/, true],
  ["generic", "a claim that is not there", onClaim("team", "x"), "customClaim", 401, /add the claim team/, false],
];

for (const [profile, what, change, rule, status, fix, pasted] of mistakes) {
  test(`${profile}, a gateway with ${what}: the rule is named, as its answer is, with the fix${pasted ? " and a rule that mends it" : ""}`, () =>
    withSignedIn(
      { profile },
      async (signedIn) => {
        const { sandbox, explain } = signedIn;
        const rules = change(sandbox.authorizer.customJWTAuthorizer);
        const explained = (url: string, own: CustomJwtAuthorizer) =>
          explain({
            gateway: { name: "own", url },
            authorizer: { source: "local gateway", configuration: JSON.stringify(own) },
          });
        let mended: CustomJwtAuthorizer | undefined;
        await withPolicy(signedIn, rules, async (url) => {
          const report = await explained(url, rules);
          const check = ruleOf(report, rule);
          const answer = report.sections.find(({ id }) => id === "answer")?.checks ?? [];
          assert.match(check.fix ?? "", fix);
          assert.deepEqual(
            {
              letIn: report.letIn,
              failed: report.sections
                .find(({ id }) => id === "rules")
                ?.checks.filter(({ state }) => state === "failed")
                .map((one) => one.rule),
              answer: answer.map(({ state, found }) => [state, found?.slice(0, 8)]),
              pasted: check.paste !== undefined,
              leaks: leaksOf(signedIn, report),
            },
            {
              letIn: false,
              failed: [rule],
              answer: [
                ["failed", `HTTP ${status}`],
                ["passed", `HTTP ${status}`],
              ],
              pasted,
              leaks: [],
            },
          );
          // All of these policies have one rule, which the pasted one takes the place of.
          if (check.paste) mended = { discoveryUrl: rules.discoveryUrl, ...JSON.parse(`{${check.paste}}`) };
        });
        if (!mended) return;
        const after = mended;
        await withPolicy(signedIn, after, async (url) => {
          const report = await explained(url, after);
          assert.deepEqual([report.letIn, failedOf(report)], [true, []]);
        });
      },
      () => settingsOf[profile] ?? {},
    ));
}

const unusable: readonly (readonly [
  profile: SandboxProfileId,
  outcome: RegExp,
  failed: readonly (string | undefined)[],
  fixes: RegExp,
])[] = [
  [
    "oktaOrg",
    /Others than the provider can check its tokens: expected a custom authorization server/,
    ["signature"],
    /^Okta: .*org authorization server.*custom one/,
  ],
  [
    "entraV1",
    /Issuer \(iss\): expected .*\/v2\.0, found http/,
    ["issuer", "audience", "customClaim"],
    /^Entra: set `requestedAccessTokenVersion` to 2/,
  ],
];

for (const [profile, outcome, failed, fixes] of unusable) {
  test(`${profile}: its tokens are of the wrong kind, and each fix leads to the right one`, async () => {
    const sandbox = await startSandbox({ profile, recordSecrets: true });
    try {
      const tokens = await coreSignIn(sandbox.gatewayUrl, { clientId: sandbox.clientId, resource: false });
      const asked = {
        gateway: { name: "x", url: sandbox.gatewayUrl },
        ...resolvedGateway({ clientId: sandbox.clientId }),
        bearerToken: "access" as const,
        tokens,
        authorizer: { source: "sandbox" as const, configuration: sandbox.authorizer },
      };
      const report = await explainAccess(asked, accessWorld().world);
      const rules = report.sections.find(({ id }) => id === "rules")?.checks.filter(({ state }) => state === "failed");
      assert.match(report.outcome, outcome);
      assert.deepEqual([report.letIn, rules?.map(({ rule }) => rule)], [false, failed]);
      for (const { fix } of rules ?? []) assert.match(fix ?? "", fixes);
    } finally {
      await sandbox.stop();
    }
  });
}

test("an opaque token is told as that, by who issues it, and the gateway's own 401 beside it", () =>
  withSignedIn({ profile: "google" }, async ({ explain }) => {
    const report = await explain({ bearerToken: "access" });
    const [kind, form] = checksOf(report).filter(({ state }) => state === "failed");
    assert.match(report.outcome, /Which kind of token it is: expected an ID token, found an access token/);
    assert.match(kind?.fix ?? "", /^Google: access tokens are opaque/);
    assert.deepEqual([form?.found, form?.rule], ["an opaque token, which says nothing by itself", "token"]);
    assert.equal(report.letIn, false);
  }));

test("an ID token in the place of an access token fails by its audience, and by the rule that refuses ID tokens", () =>
  withSignedIn({}, async (signedIn) => {
    const { explain, sandbox } = signedIn;
    const configuration = { authorizerConfiguration: sandbox.authorizer, beyondAgentCore: { refuseIdTokens: true } };
    const report = await explain({ bearerToken: "id", authorizer: { source: "pasted", configuration } });
    assert.equal(checksOf(report).find(({ what }) => what === "Which kind of token it is")?.found, "an ID token");
    assert.deepEqual(
      [ruleOf(report, "audience").state, report.letIn, leaksOf(signedIn, report)],
      ["failed", false, []],
    );
  }));

test("a token that has ended and is renewed by itself needs no mending; one without a refresh token does", () =>
  withSignedIn({ accessTokenSeconds: 60 }, async ({ explain, tokens }) => {
    const later = { now: () => Date.now() + 120_000 };
    const { refreshToken: _, ...mayNotRenew } = tokens;
    const [renewable, ended] = [await explain({}, later), await explain({ tokens: mayNotRenew }, later)];
    assert.deepEqual([ruleOf(renewable, "expiry").state, ruleOf(ended, "expiry").state], ["failed", "failed"]);
    assert.match(ended.outcome, /still to mend: It has not ended \(exp\)/);
    // This computer's clock alone is ahead: the gateway goes by its own, and says so.
    const answers = ended.sections.find(({ id }) => id === "answer")?.checks ?? [];
    assert.deepEqual(
      answers.map(({ state }) => state),
      ["passed", "note"],
    );
  }));

test("a gateway that refuses an ended token is asked for nothing more than the next call's renewal", async (t) => {
  const moveOn = holdClock(t);
  await withSignedIn({ accessTokenSeconds: 60 }, async ({ explain }) => {
    moveOn(61);
    const report = await explain();
    assert.equal(report.letIn, false);
    assert.equal(report.outcome, "The token has ended, and the next call renews it: nothing has to be mended.");
  });
});

const skews: readonly (readonly [seconds: number, state: string])[] = [
  [30, "passed"],
  [120, "note"],
  [-120, "note"],
  [400, "failed"],
  [-400, "failed"],
];

for (const [seconds, state] of skews) {
  test(`a clock that is ${seconds} s off is told as ${state}, by what both servers say the time is`, () =>
    withSignedIn({}, async ({ explain }) => {
      const report = await explain({}, { now: () => Date.now() + seconds * 1000 });
      const clocks = report.sections.find(({ id }) => id === "clock")?.checks ?? [];
      assert.deepEqual(
        clocks.map((check) => check.state),
        [state, state],
      );
      if (state === "failed") assert.match(report.outcome, /have the same time/);
    }));
}

test("a gateway that refuses what its known rules let pass is told to have something else that decides", () =>
  withSignedIn({}, async ({ explain, sandbox }) => {
    sandbox.setGatewayFaults({ refuseAllTokens: true });
    const configuration = {
      authorizerConfiguration: sandbox.authorizer,
      policyEngineConfiguration: { mode: "ENFORCE" },
    };
    const report = await explain({ authorizer: { source: "pasted", configuration } });
    const [answer, comparison] = report.sections.find(({ id }) => id === "answer")?.checks ?? [];
    assert.deepEqual(
      [answer?.found, comparison?.expected],
      ["HTTP 401 invalid_token; in its own words: “Invalid Bearer token”", "allowed"],
    );
    assert.match(comparison?.fix ?? "", /names policyEngineConfiguration.*interceptor.*WAF/);
    const bare = await explain({ authorizer: { source: "pasted", configuration: "" } });
    assert.match(bare.sections.at(-1)?.checks.at(-1)?.fix ?? "", /Paste its configuration/);
  }));

test("a gateway that takes what the pasted rules refuse runs with others, and the report says so", () =>
  withSignedIn({}, async ({ explain, sandbox }) => {
    const { discoveryUrl } = sandbox.authorizer.customJWTAuthorizer;
    const report = await explain({
      authorizer: { source: "pasted", configuration: { discoveryUrl, allowedClients: ["x"] } },
    });
    const comparison = report.sections.at(-1)?.checks.at(-1);
    assert.equal(report.letIn, true);
    assert.match(report.outcome, /^The gateway takes this token; still to mend: Client/);
    assert.match(comparison?.fix ?? "", /runs with another configuration/);
  }));

const beforeTokens: readonly (readonly [
  what: string,
  act: (signedIn: SignedIn) => void,
  check: RegExp,
  found: RegExp,
])[] = [
  [
    "no metadata",
    ({ sandbox }) => sandbox.setGatewayFaults({ noMetadata: true }),
    /says where to sign in/,
    /none at .*well-known/,
  ],
  [
    "the metadata of another gateway",
    ({ sandbox }) => sandbox.setGatewayFaults({ otherResource: true }),
    /says where to sign in/,
    /another-gateway\.example/,
  ],
  [
    "no authorization server",
    ({ sandbox }) => sandbox.setGatewayFaults({ noAuthorizationServers: true }),
    /names an identity provider/,
    /none at/,
  ],
  [
    "a page in the place of the gateway",
    ({ sandbox }) => sandbox.setGatewayFaults({ html: true }),
    /MCP gateway answers/,
    /text\/html/,
  ],
  ["a gateway that fails", ({ sandbox }) => sandbox.setGatewayFaults({ status: 503 }), /MCP gateway answers/, /503/],
  [
    "no word from the identity provider",
    ({ sandbox }) => sandbox.setFaults({ discoveryDown: true }),
    /describes itself/,
    /HTTP 503 at/,
  ],
  [
    "another issuer in its metadata",
    ({ sandbox }) => sandbox.setFaults({ wrongIssuerInMetadata: true }),
    /describes itself/,
    /\(at http/,
  ],
  [
    "an endpoint without TLS",
    ({ sandbox }) => sandbox.setFaults({ insecureTokenEndpoint: true }),
    /describes itself/,
    /http:/,
  ],
  ["no PKCE", ({ sandbox }) => sandbox.setFaults({ noPkce: true }), /describes itself/, /plain/],
];

for (const [what, act, check, found] of beforeTokens) {
  test(`${what}: it is the first thing to mend, expected beside found, with what to do`, () =>
    withSignedIn({}, async (signedIn) => {
      act(signedIn);
      const report = await signedIn.explain({ authorizer: undefined as never });
      const [first] = checksOf(report).filter(({ state }) => state === "failed");
      assert.match(first?.what ?? "", check);
      assert.match(first?.found ?? "", found);
      assert.ok(first?.fix);
      assert.ok(report.outcome.includes(first.what), report.outcome);
      assert.deepEqual(leaksOf(signedIn, report), []);
    }));
}

test("before anybody is connected an address alone is explained, and what a sign-in would meet", async () => {
  const sandbox = await startSandbox({ profile: "okta" });
  try {
    const asked = {
      gateway: { name: "okta", url: sandbox.gatewayUrl },
      ...resolvedGateway(),
      bearerToken: "access" as const,
    };
    const report = await explainAccess(asked, accessWorld().world);
    const nobody = report.sections.find(({ id }) => id === "token")?.checks[0];
    assert.deepEqual(
      [nobody?.state, report.letIn, report.sections.map(({ id }) => id)],
      ["unknown", undefined, ["gateway", "provider", "clock", "signIn", "token"]],
    );
    const known = { ...asked, settings: { ...asked.settings, clientId: sandbox.clientId } };
    const { outcome } = await explainAccess(known, accessWorld().world);
    assert.equal(outcome, "Nothing stands in the way of a sign-in, as far as can be seen from here.");
  } finally {
    await sandbox.stop();
  }
});

/** A gateway that answers everybody until a tool is called, as some were seen to do. */
const openAtFirst = (async (url: string, init: RequestInit = {}) => {
  const isOpen = /"method":"(initialize|server\/discover|ping)"/.test(String(init.body));
  return isOpen ? Response.json({ jsonrpc: "2.0", id: 0, result: {} }) : await fetch(url, init);
}) as AccessWorld["fetch"];

test("a gateway that asks for a token when a tool is called is judged by a call of a tool that nobody has", () =>
  withSignedIn({}, async ({ explain, tokens, sandbox }) => {
    const good = await explain({}, { fetch: openAtFirst });
    const nobody = await explain({ tokens: undefined } as object, { fetch: openAtFirst });
    const forged = { ...tokens, accessToken: `${tokens.accessToken.slice(0, -8)}AAAAAAAA` };
    const refused = await explain({ tokens: forged }, { fetch: openAtFirst });
    const asks = ({ sections }: AccessReport) => sections[0]?.checks.find(({ what }) => what === "It asks for a token");
    assert.deepEqual(
      {
        asks: [asks(good)?.found, asks(nobody)?.found],
        good: [good.letIn, good.outcome],
        sections: nobody.sections.map(({ id }) => id),
        refused: [refused.letIn, failedOf(refused).includes("signature")],
        // The one with a good token is let through, and finds no tool.
        calls: sandbox.observe().toolCalls,
      },
      {
        asks: Array(2).fill("not before a tool is called: it answers everything else to everybody"),
        good: [true, "Everything passes: the gateway takes this token."],
        sections: ["gateway", "provider", "clock", "signIn", "token"],
        refused: [false, true],
        calls: { "gateway-connect-asks-who-may-call": 1 },
      },
    );
  }));

test("what a gateway that answers everybody makes of a token is not known, and is not told as taken", () =>
  withSignedIn({}, async ({ explain }) => {
    const everybody = (async (url: string, init: RequestInit = {}) =>
      init.method === "POST"
        ? Response.json({ jsonrpc: "2.0", id: 0, result: {} })
        : await fetch(url, init)) as AccessWorld["fetch"];
    const report = await explain({}, { fetch: everybody });
    const [answer] = report.sections.find(({ id }) => id === "answer")?.checks ?? [];
    assert.deepEqual(
      [report.letIn, answer?.state, report.outcome],
      [undefined, "unknown", "The gateway has asked nobody for a token so far, and may still do so at a call."],
    );
  }));

test("a gateway that serves everybody needs no token, and gets none", async () => {
  const gateway = await startGateway({ targets: [] });
  try {
    const { world, requests } = accessWorld();
    const asked = {
      gateway: { name: "open", url: gateway.url },
      ...resolvedGateway(),
      bearerToken: "access" as const,
    };
    const report = await explainAccess(asked, world);
    assert.deepEqual(
      [report.outcome, requests.filter(({ authorization }) => authorization !== null)],
      ["The gateway has asked nobody for a token so far, and may still do so at a call.", []],
    );
  } finally {
    await gateway.stop();
  }
});

test("ports that others have and a server of the same name are found, and hinder nobody who is signed in", () =>
  withSignedIn({}, async ({ explain, connection }) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    try {
      const { port } = other.address() as AddressInfo;
      const redirect = loopbackRedirect({ pages: async () => landingPages() })({
        redirect: { ...defaultRedirect, ports: [port] },
      });
      const serverNames = async () => [{ file: "mcp.json", name: connection.name.toUpperCase() }];
      const report = await explain({ redirect }, { serverNames });
      assert.deepEqual(failedOf(report), [
        "The browser can come back to this computer",
        "No other server of this editor has its name",
      ]);
      assert.match(report.outcome, /^The gateway takes this token; still to mend: The browser can come back/);
    } finally {
      other.close();
    }
  }));

test("a certificate that nobody trusts here is told as that, at the gateway, the identity provider and its token endpoint", () =>
  withSignedIn({}, async ({ explain, tokens }) => {
    const requests = await withUntrustedServer(async (origin) => {
      const elsewhere = async (url: string | URL, init?: RequestInit) => {
        const response = await fetch(url, init);
        if (!response.ok || !/well-known\/(openid|oauth-authorization)/.test(String(url))) return response;
        return Response.json({ ...((await response.json()) as object), token_endpoint: `${origin}/token` });
      };
      const reports = [
        await explain({ gateway: { name: "x", url: `${origin}/mcp` }, tokens }),
        await explain({ settings: { redirect: defaultRedirect, issuer: origin } }),
        await explain({}, { fetch: elsewhere }),
      ];
      const first = reports.map((report) => checksOf(report).find(({ state }) => state === "failed"));
      assert.deepEqual(
        first.map((check) => [check?.what.replace(/,.*/, ""), check?.found]),
        [
          ["An MCP gateway answers", "DEPTH_ZERO_SELF_SIGNED_CERT"],
          ["The identity provider describes itself", "DEPTH_ZERO_SELF_SIGNED_CERT"],
          ["Its token endpoint answers", "DEPTH_ZERO_SELF_SIGNED_CERT"],
        ],
      );
      assert.match(first[0]?.fix ?? "", /trust store/);
    });
    assert.equal(requests, 0);
  }));

test("a token is never sent to an address without TLS, nor after a redirect", () =>
  withSignedIn({}, async ({ explain, sandbox }) => {
    const seen: string[] = [];
    const redirecting: typeof fetch = async (url, init) => {
      const authorization = new Headers(init?.headers).get("authorization");
      if (authorization !== null) {
        seen.push(`${String(url)} ${init?.redirect}`);
        return new Response(null, { status: 302, headers: { location: "https://evil.example/" } });
      }
      return await fetch(url, init);
    };
    const fetchPort = (url: string | URL, init?: RequestInit) => redirecting(url, init);
    const report = await explain({}, { fetch: fetchPort });
    const plain = await explain({ gateway: { name: "x", url: "http://gw.example/mcp" } }, { fetch: fetchPort });
    assert.deepEqual(seen, [`${sandbox.gatewayUrl} manual`]);
    assert.equal(report.letIn, undefined);
    assert.match(plain.outcome, /A token may be sent to this address: expected https/);
  }));

test("a server that repeats the token in its answer brings nothing of it into the report", () =>
  withSignedIn({}, async (signedIn) => {
    const { tokens, explain } = signedIn;
    const [, payload = ""] = tokens.accessToken.split(".");
    const echo = async (url: string | URL, init?: RequestInit): Promise<Response> => {
      if (new Headers(init?.headers).get("authorization") === null) return await fetch(url, init);
      const header = `Bearer error="${tokens.accessToken}", scope="${payload}", error_description="${payload}"`;
      return new Response(tokens.accessToken, { status: 401, headers: { "www-authenticate": header } });
    };
    const challenged = async (url: string | URL, init?: RequestInit): Promise<Response> =>
      init?.method === "POST"
        ? new Response(null, {
            status: 401,
            headers: { "www-authenticate": `Bearer scope="${payload} ${tokens.accessToken}"` },
          })
        : await fetch(url, init);
    const reports = [await explain({}, { fetch: echo }), await explain({}, { fetch: challenged })];
    assert.deepEqual(
      reports.flatMap((report) => leaksOf(signedIn, report)),
      [],
    );
    assert.equal(reports[0]?.letIn, false);
  }));

test("giving up ends the looking, and nothing is returned", () =>
  withSignedIn({}, async ({ explain }) => {
    const ended = new AbortController();
    const looking = explain({}, { signal: ended.signal });
    ended.abort(new Error("given up"));
    await assert.rejects(looking, /given up/);
  }));
