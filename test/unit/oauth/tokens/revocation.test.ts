import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import type { ClientIdentity } from "../../../../src/oauth/tokens/clientIdentity.ts";
import { revokeTokens } from "../../../../src/oauth/tokens/revocation.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { FakeAuthorizationServer, unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
import { html, json, networkError } from "../../../support/fakePorts.ts";

const now = () => 1_000_000;

function start(changes: Partial<TokenSet> = {}) {
  const idp = new FakeAuthorizationServer();
  const tokens: TokenSet = {
    sessionId: "s",
    server: idp.server,
    client: { clientId: "app", authMethod: "none" },
    account: { id: "u1", label: "Ada" },
    scopes: [],
    accessToken: "marked-access",
    refreshToken: "marked-refresh",
    issuedAt: 1,
    ...changes,
  };
  return { idp, tokens, revoke: () => revokeTokens(tokens, { fetch: idp.fetch, now }) };
}

test("the refresh token is revoked first, then the access token, each named for what it is", async () => {
  const { idp, revoke } = start();
  const report = await revoke();
  assert.deepEqual(
    { report, forms: idp.forms.map(({ form }) => form) },
    {
      report: {
        issuer: idp.issuer,
        account: { id: "u1", label: "Ada" },
        steps: [
          { token: "refresh token", kind: "revoked" },
          { token: "access token", kind: "revoked" },
        ],
      },
      forms: [
        { token: "marked-refresh", token_type_hint: "refresh_token", client_id: "app" },
        { token: "marked-access", token_type_hint: "access_token", client_id: "app" },
      ],
    },
  );
});

test("without a refresh token the access token alone is revoked", async () => {
  const { idp, tokens } = start();
  const { refreshToken: _, ...rest } = tokens;
  const { steps } = await revokeTokens(rest, { fetch: idp.fetch, now });
  assert.deepEqual(
    { steps, asked: idp.count("revoke") },
    { steps: [{ token: "access token", kind: "revoked" }], asked: 1 },
  );
});

test("a provider without revocation is not asked and not blamed", async () => {
  const { idp, tokens } = start();
  const { revocation_endpoint: _, ...server } = idp.server;
  const { steps } = await revokeTokens({ ...tokens, server }, { fetch: idp.fetch, now });
  assert.deepEqual(
    { steps, asked: idp.forms.length },
    {
      steps: [
        { token: "refresh token", kind: "notOffered" },
        { token: "access token", kind: "notOffered" },
      ],
      asked: 0,
    },
  );
});

test("whatever the provider answers, the report says it and nothing is thrown", async () => {
  const failed = (reason: string) => ({ token: "access token", kind: "failed", reason });
  const answers: [() => Response, unknown][] = [
    [() => new Response(null, { status: 204 }), { token: "access token", kind: "revoked" }],
    // Cognito revokes refresh tokens only.
    [() => json({ error: "unsupported_token_type" }, 400), { token: "access token", kind: "notOffered" }],
    [
      () => json({ error: "invalid_client" }, 401, { "www-authenticate": "Basic" }),
      { ...failed("HTTP 401, invalid_client"), unknownClient: true },
    ],
    [() => json({ error: "marked words of the server" }, 400), failed("HTTP 400, error")],
    [() => html(503), failed("HTTP 503")],
    [() => html(404), failed("HTTP 404")],
    [() => new Response(null, { status: 302 }), failed("HTTP 302")],
    [
      () => new Response("\n <p>Sign in</p>", { status: 200 }),
      failed("HTTP 200, a page and not the provider's answer"),
    ],
    [() => json({ error: "invalid_token" }, 400), { token: "access token", kind: "revoked" }],
    [
      () => json({ error: "temporarily_unavailable", error_description: "Come back later" }, 400),
      failed("HTTP 400, temporarily_unavailable; in its own words: “Come back later”"),
    ],
    [
      () => {
        throw networkError("ENOTFOUND");
      },
      failed("ENOTFOUND"),
    ],
  ];
  const steps = [];
  for (const [answer] of answers) {
    const { idp, revoke } = start();
    idp.answer.revoke = answer;
    steps.push((await revoke()).steps[1]);
  }
  assert.deepEqual(
    steps,
    answers.map(([, expected]) => expected),
  );
});

test("metadata that cannot be used does not keep a sign-out from ending", async () => {
  const { tokens } = start();
  const broken = { ...tokens, server: { issuer: "not a url", revocation_endpoint: "not a url" } };
  const { steps } = await revokeTokens(broken, { fetch: async () => json({}), now });
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ["failed", "failed"],
  );
});

test("a revoked JWT is reported until when it still passes a gateway that validates offline", async () => {
  const until = async (claims: Readonly<Record<string, unknown>>) =>
    (await start({ accessToken: unsignedJwt(claims) }).revoke()).passesOfflineUntil;
  assert.deepEqual(
    [await until({ exp: 1600 }), await until({ exp: 900 }), await until({}), await until({ exp: "soon" })],
    [1_600_000, undefined, undefined, undefined],
  );
});

test("a client with a secret proves itself the way it was registered", async () => {
  const sent = async (authMethod: ClientIdentity["authMethod"]) => {
    const { idp, revoke } = start({ client: { clientId: "app", clientSecret: "s3cret", authMethod } });
    await revoke();
    const { form, authorization } = idp.forms[0] ?? {};
    return { id: form?.client_id, secret: form?.client_secret, authorization };
  };
  assert.deepEqual(
    [await sent("client_secret_basic"), await sent("client_secret_post"), await sent("none")],
    [
      { id: undefined, secret: undefined, authorization: `Basic ${btoa("app:s3cret")}` },
      { id: "app", secret: "s3cret", authorization: null },
      { id: "app", secret: undefined, authorization: null },
    ],
  );
});

test("a page that comes in a provider's place, with success as well, is no revocation", async () => {
  const { idp, revoke } = start();
  idp.answer.revoke = () => html(200);
  const { steps } = await revoke();
  const reason = "HTTP 200, a page and not the provider's answer";
  assert.deepEqual(steps, [
    { token: "refresh token", kind: "failed", reason },
    { token: "access token", kind: "failed", reason },
  ]);
});

test("until when a token passes is said of the one that gateways got, and not once that has ended", async () => {
  const { idp, tokens } = start({ accessToken: unsignedJwt({ exp: 1600 }), idToken: unsignedJwt({ exp: 1700 }) });
  const end = async (...sent: ["access" | "id"] | []) =>
    (await revokeTokens(tokens, { fetch: idp.fetch, now }, ...sent)).passesOfflineUntil;
  const ended = start({ accessToken: unsignedJwt({ exp: 1000 }) });
  assert.deepEqual(
    [await end(), await end("access"), await end("id"), (await ended.revoke()).passesOfflineUntil],
    [1_600_000, 1_600_000, 1_700_000, undefined],
  );
});

test("how far a revocation reaches at a provider is said where that is known", async () => {
  const known = await start({ identityProvider: "auth0" }).revoke();
  const unknown = await start().revoke();
  assert.deepEqual(
    [known.reach, Object.hasOwn(unknown, "reach")],
    ["Auth0 revokes refresh tokens; access tokens pass until they end.", false],
  );
});

test("a client whose secret cannot be read is told as that, and no token is sent", async () => {
  const credential = { kind: "environment", name: "SECRET" } as const;
  const { idp, tokens } = start({ client: { clientId: "app", credential, authMethod: "client_secret_post" } });
  const readCredential = async () => {
    throw new GatewayFailure("credential_unreadable", { source: "the environment variable SECRET", reason: "not set" });
  };
  const { steps } = await revokeTokens(tokens, { fetch: idp.fetch, now, readCredential });
  assert.deepEqual(
    [steps.map((step) => (step.kind === "failed" ? step.reason : step.kind)), idp.count("revoke")],
    [Array(2).fill("the environment variable SECRET: not set"), 0],
  );
});
