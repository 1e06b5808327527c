import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_READ_GAP_MS, MAX_AGE_MS } from "../../../src/agentcore/authorizer/signingKeys.ts";
import { issuerAt } from "../../../src/gateway/issuer.ts";
import type { HttpFetch } from "../../../src/lib/httpPort.ts";
import { networkError } from "../../support/fakePorts.ts";

const at = {
  endpoint: "https://idp.example/introspect",
  clientId: "gateway",
  clientSecret: "s3cret",
};

/** An issuer in this process, and all that its gateway logs. */
function start(discoveryUrl: string, jwksUri: string) {
  const state = { now: 0, away: false };
  const lines: (readonly [message: string, facts: object])[] = [];
  const answer = async (url: string | URL) => {
    if (state.away) throw new TypeError("fetch failed", { cause: networkError("ECONNREFUSED") });
    if (String(url) === discoveryUrl) return Response.json({ issuer: "https://idp.example", jwks_uri: jwksUri });
    return String(url) === jwksUri ? Response.json({ keys: [] }) : Response.json({ active: true });
  };
  const issuer = issuerAt(discoveryUrl, {
    fetch: answer as HttpFetch,
    now: () => state.now,
    log: (message, facts) => void lines.push([message, facts]),
  });
  return { state, issuer, lines };
}

const discoveryUrl = "https://idp.example/.well-known/openid-configuration";

test("an issuer that cannot be read is logged once when that begins and once when it ends, however many ask", async () => {
  const { state, issuer, lines } = start(discoveryUrl, "https://idp.example/keys");
  state.away = true;
  await issuer.check();
  for (let n = 0; n < 5; n++) await issuer.keys.current().catch(() => {});
  state.now += FIRST_READ_GAP_MS;
  state.away = false;
  await issuer.keys.current();
  state.away = true;
  for (let n = 0; n < 5; n++) {
    state.now += MAX_AGE_MS;
    await issuer.keys.current();
  }
  const reason = `${discoveryUrl} could not be read: ECONNREFUSED`;
  assert.deepEqual(lines, [
    ["issuer's keys not available", { discoveryUrl, reason }],
    ["issuer's keys available again", { discoveryUrl, afterMs: FIRST_READ_GAP_MS }],
    ["issuer's keys not available", { discoveryUrl, reason }],
  ]);
});

test("an introspection endpoint that does not answer is logged in the same way, without token or secret", async () => {
  const { state, issuer, lines } = start(discoveryUrl, "https://idp.example/keys");
  const ask = () => issuer.introspect("the-token", at).catch((error: Error) => error.constructor.name);
  state.away = true;
  const during = await Promise.all([ask(), ask()]);
  state.away = false;
  state.now += 1000;
  const after = await ask();
  const reason = "https://idp.example/introspect did not say whether the token is active";
  assert.deepEqual(
    { during, after, lines },
    {
      during: ["IntrospectionUnavailable", "IntrospectionUnavailable"],
      after: true,
      lines: [
        ["introspection not available", { discoveryUrl, reason }],
        ["introspection available again", { discoveryUrl, afterMs: 1000 }],
      ],
    },
  );
});

test("documents that come over http from another machine are warned of, and no others", async () => {
  const cases = [
    [discoveryUrl, "https://idp.example/keys"],
    ["http://localhost:8080/.well-known/openid-configuration", "http://127.0.0.1:8080/keys"],
    ["http://idp.example/.well-known/openid-configuration", "https://idp.example/keys"],
    ["http://idp.example/.well-known/openid-configuration", "http://idp.example/keys"],
  ] as const;
  const warned = [];
  for (const [discovery, jwks] of cases) {
    const { issuer, lines } = start(discovery, jwks);
    await issuer.check();
    warned.push(lines);
  }
  const message = "issuer's keys over http: whoever is on the way can forge tokens";
  assert.deepEqual(warned, [[], [], [[message, { insecure: [cases[2][0]] }]], [[message, { insecure: cases[3] }]]]);
});

test("keys that an https document names over http are not read", async () => {
  const { issuer, lines } = start(discoveryUrl, "http://idp.example/keys");
  await issuer.check();
  const reason = `${discoveryUrl} names a place for its keys that is not safe`;
  assert.deepEqual(lines, [["issuer's keys not available", { discoveryUrl, reason }]]);
});
