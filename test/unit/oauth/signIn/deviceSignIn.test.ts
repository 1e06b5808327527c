import assert from "node:assert/strict";
import { test } from "node:test";
import { generic } from "../../../../src/oauth/identityProviders/generic.ts";
import type { DeviceCode } from "../../../../src/oauth/signIn/deviceCode.ts";
import { signInByDevice } from "../../../../src/oauth/signIn/deviceSignIn.ts";
import type { SignInRequest } from "../../../../src/oauth/signIn/signInRequest.ts";
import { failureOf, fakeNetwork, html, json, networkError, recordingLog } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com";
const request: SignInRequest = {
  gateway: "work",
  identityProvider: generic,
  flow: "deviceCode",
  bearerToken: "access",
  server: {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    device_authorization_endpoint: `${issuer}/device`,
  },
  client: { clientId: "app", authMethod: "none" },
  resource: "https://gateway.example.com/mcp",
  scopes: ["gateway.read"],
};
const given = {
  device_code: "marked-device-code",
  user_code: "ABCD-EFGH",
  verification_uri: `${issuer}/enter`,
  expires_in: 600,
  interval: 1,
};
const tokens = {
  access_token: "marked-access",
  token_type: "bearer",
  refresh_token: "marked-refresh",
  expires_in: 600,
};
const pending = () => json({ error: "authorization_pending" }, 400);

/** A provider that answers the token requests in this order, the last one for ever, and a clock that waiting moves. */
function start(answers: readonly (() => Response | Error)[], device: () => Response | Error = () => json(given)) {
  let asked = 0;
  let time = 0;
  const network = fakeNetwork({
    [`${issuer}/device`]: () => device(),
    [`${issuer}/token`]: () => (answers[Math.min(asked++, answers.length - 1)] ?? pending)(),
  });
  const shown: DeviceCode[] = [];
  const waits: number[] = [];
  const log = recordingLog();
  const cancel = new AbortController();
  return {
    network,
    shown,
    waits,
    log,
    cancel,
    signIn: (changes: Partial<SignInRequest> = {}) =>
      signInByDevice(
        { ...request, ...changes },
        {
          fetch: network.fetch,
          now: () => time,
          log,
          signal: cancel.signal,
          showCode: (code) => void shown.push(code),
          wait: async (ms) => {
            waits.push(ms);
            time += ms;
          },
        },
      ),
  };
}

test("the code is shown once, asked after at the provider's pace, and brings tokens for the gateway", async () => {
  const world = start([pending, pending, () => json(tokens)]);
  const outcome = await world.signIn();
  assert.ok(outcome.kind === "signedIn");
  assert.deepEqual(
    {
      shown: world.shown,
      waits: world.waits,
      tokens: [outcome.tokens.accessToken, outcome.tokens.refreshToken, outcome.tokens.resource, outcome.tokens.scopes],
      asked: Object.fromEntries(new URLSearchParams(world.network.requests[0]?.body)),
      polled: Object.fromEntries(new URLSearchParams(world.network.requests[1]?.body)),
    },
    {
      shown: [{ userCode: "ABCD-EFGH", verificationUri: `${issuer}/enter`, minutes: 10 }],
      waits: [1000, 1000, 1000],
      tokens: ["marked-access", "marked-refresh", request.resource, ["gateway.read"]],
      asked: { client_id: "app", scope: "gateway.read", resource: request.resource },
      polled: {
        client_id: "app",
        device_code: "marked-device-code",
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        resource: request.resource,
      },
    },
  );
});

test("slow_down adds five seconds for good, and an unreachable or ill provider doubles the pause", async () => {
  const slowDown = () => json({ error: "slow_down" }, 400);
  const world = start([slowDown, pending, () => networkError("ECONNRESET"), () => html(503), () => json(tokens)]);
  await world.signIn();
  assert.deepEqual(world.waits, [1000, 6000, 6000, 12_000, 24_000]);
});

test("without an interval it asks every five seconds, as the standard says", async () => {
  const { interval: _, ...rest } = given;
  const world = start([() => json(tokens)], () => json(rest));
  await world.signIn();
  assert.deepEqual(world.waits, [5000]);
});

test("nobody is asked again at once, nor later than a timer can tell, whatever pace a provider names", async () => {
  const found: unknown[] = [];
  for (const [interval, expires_in] of [
    [0.000_1, 1e300],
    [1e12, 600],
    [-1, "much"],
  ]) {
    const world = start([() => json(tokens)], () => json({ ...given, interval, expires_in }));
    await world.signIn();
    found.push([world.waits, world.shown[0]?.minutes]);
  }
  assert.deepEqual(found, [
    [[1000], 60],
    [[300_000], 10],
    [[5000], 10],
  ]);
});

const endings: readonly (readonly [what: string, answer: () => Response, failure: object])[] = [
  ["denied", () => json({ error: "access_denied" }, 400), { code: "access_denied", facts: { issuer } }],
  [
    "denied with a reason",
    () => json({ error: "access_denied", error_description: "Not on\nthis device." }, 400),
    { code: "access_denied", facts: { issuer, words: "Not on this device" } },
  ],
  [
    "expired at the provider",
    () => json({ error: "expired_token" }, 400),
    { code: "sign_in_timed_out", facts: { minutes: 10 } },
  ],
  ["never used", pending, { code: "sign_in_timed_out", facts: { minutes: 10 } }],
  [
    "refused",
    () => json({ error: "invalid_grant" }, 400),
    { code: "token_refused", facts: { issuer, status: 400, error: "invalid_grant" } },
  ],
  [
    "answered by a proxy",
    () => html(),
    { code: "token_response_invalid", facts: { issuer, status: 200, contentType: "text/html" } },
  ],
];

for (const [what, answer, failure] of endings) {
  test(`a code that is ${what} ends the sign-in with what is to be said about it`, async () => {
    const slowly = () => json({ ...given, interval: 30 });
    assert.deepEqual(await failureOf(() => start([answer], slowly).signIn()), failure);
  });
}

test("a provider without device codes is not asked", async () => {
  const { device_authorization_endpoint: _, ...server } = request.server;
  const world = start([]);
  const failure = await failureOf(() => world.signIn({ server }));
  assert.deepEqual(
    { failure, requests: world.network.requests.length },
    {
      failure: { code: "endpoint_missing", facts: { issuer, name: "device_authorization_endpoint" } },
      requests: 0,
    },
  );
});

const refused: readonly (readonly [what: string, answer: () => Response | Error, failure: object])[] = [
  [
    "its code",
    () => json({ error: "unauthorized_client" }, 400),
    { code: "authorization_refused", facts: { issuer, error: "unauthorized_client" } },
  ],
  ["a page", () => html(), { code: "authorization_refused", facts: { issuer, error: "an unreadable answer" } }],
  [
    "nothing",
    () => networkError("ECONNREFUSED"),
    { code: "token_endpoint_unreachable", facts: { issuer, reason: "connection refused" } },
  ],
  [
    "an address that is not safe",
    () => json({ ...given, verification_uri: "http://login.example.com/enter" }),
    { code: "endpoint_insecure", facts: { name: "verification_uri", url: "http://login.example.com/enter" } },
  ],
  [
    "an address of the person's own computer",
    () => json({ ...given, verification_uri_complete: "http://127.0.0.1:8080/delete?all" }),
    { code: "endpoint_insecure", facts: { name: "verification_uri", url: "http://127.0.0.1:8080/delete?all" } },
  ],
];

for (const [what, answer, failure] of refused) {
  test(`a provider that gives ${what} in place of a code is not polled`, async () => {
    const world = start([], answer);
    const found = (await failureOf(() => world.signIn())) as { code: string; facts: object };
    const { code, facts } = failure as { code: string; facts: { reason?: string } };
    assert.deepEqual(
      {
        code: found.code,
        facts: facts.reason === undefined ? found.facts : "a reason",
        shown: world.shown.length,
        requests: world.network.requests.length,
      },
      { code, facts: facts.reason === undefined ? facts : "a reason", shown: 0, requests: 1 },
    );
  });
}

test("whoever gives up ends it, and tokens that come all the same are given back", async () => {
  const world = start([
    () => {
      world.cancel.abort();
      return json(tokens);
    },
  ]);
  const server = { ...request.server, revocation_endpoint: `${issuer}/revoke` };
  const outcome = await world.signIn({ server });
  const revoked = world.network.requests.filter(({ url }) => url === `${issuer}/revoke`);
  assert.deepEqual(
    { outcome, revoked: revoked.map(({ body }) => new URLSearchParams(body).get("token")) },
    { outcome: { kind: "cancelled" }, revoked: ["marked-refresh", "marked-access"] },
  );
});

test("neither the device code nor a token is in the log", async () => {
  const world = start([pending, () => json(tokens)]);
  await world.signIn();
  assert.doesNotMatch(world.log.lines.join("\n"), /marked/);
});

test("a code that nobody could type is refused before it is shown, and one that people type is shown as it is", async () => {
  const typed = ["ABCD-EFGH", "0123 4567", "wdjb.mjht"];
  const others = ["", "-", "ABCD\nSigned in.", "\u001b[2JABCD", "\u202eABCD", "A".repeat(33), "call +1 555 0100!"];
  const seen = [];
  for (const user_code of [...typed, ...others]) {
    const { signIn, shown } = start([() => json(tokens)], () => json({ ...given, user_code }));
    const code = await signIn().then(
      () => shown[0]?.userCode,
      (failure: { readonly code: string }) => [failure.code, shown.length],
    );
    seen.push(code);
  }
  assert.deepEqual(seen, [...typed, ...others.map(() => ["authorization_refused", 0])]);
});
