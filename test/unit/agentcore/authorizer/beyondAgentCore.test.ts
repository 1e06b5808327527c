import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { AuthorizerWorld } from "../../../../src/agentcore/authorizer/authorizer.ts";
import type { BeyondAgentCore } from "../../../../src/agentcore/authorizer/beyondAgentCore.ts";
import { idToken } from "../../../../src/agentcore/authorizer/claimRules.ts";
import { introspection } from "../../../../src/agentcore/authorizer/introspection.ts";
import { newKey, type SigningKey, sign, startAuthorizer } from "../../../support/issuerInProcess.ts";

let key: SigningKey;

before(async () => {
  key = await newKey("ES256", "one");
});

const everything: BeyondAgentCore = {
  requireSubject: true,
  refuseIdTokens: true,
  deniedTokenIds: ["stolen", "lost"],
  introspection: { endpoint: "https://idp.example/introspect", clientId: "gateway", clientSecret: "s3cret" },
};

test("nothing beyond AgentCore's rules is asked unless it is configured", async () => {
  let asked = 0;
  const introspect = async () => {
    asked++;
    return false;
  };
  const { decision } = startAuthorizer([key.jwk], { introspect });
  const seen = [
    await decision(await sign(key, { sub: undefined })),
    await decision(await sign(key, { token_use: "id", at_hash: "x", nonce: "y" })),
    await decision(await sign(key, { jti: "stolen" })),
  ];
  assert.deepEqual({ seen, asked }, { seen: ["allowed", "allowed", "allowed"], asked: 0 });
});

test("each rule beyond AgentCore's keeps its tokens out with 401, and says that it is none of AgentCore's", async () => {
  const world: Partial<AuthorizerWorld> = { beyond: everything, introspect: async () => true };
  const { decide } = startAuthorizer([key.jwk], world);
  const seen: Record<string, unknown> = {};
  const tokens = {
    good: { jti: "fine" },
    noSubject: { sub: undefined },
    emptySubject: { sub: "" },
    idToken: { token_use: "id" },
    denied: { jti: "lost" },
    withoutId: {},
    idThatIsNoText: { jti: ["lost"] },
  };
  for (const [name, claims] of Object.entries(tokens)) {
    const { kind, findings } = await decide(await sign(key, claims));
    seen[name] = [
      kind,
      ...findings.filter(({ ok }) => !ok).map(({ rule, beyondAgentCore }) => [rule, beyondAgentCore]),
    ];
  }
  assert.deepEqual(seen, {
    good: ["allowed"],
    noSubject: ["invalidToken", ["subject", true]],
    emptySubject: ["invalidToken", ["subject", true]],
    idToken: ["invalidToken", ["idToken", true]],
    denied: ["invalidToken", ["deniedToken", true]],
    withoutId: ["allowed"],
    idThatIsNoText: ["allowed"],
  });
});

test("an ID token is known by what it says of itself, and an access token that says so is none", () => {
  const sign = (claims: Record<string, unknown>, header = {}) => {
    const { ok, claim } = idToken(header, claims);
    return ok ? "passes" : claim;
  };
  assert.deepEqual(
    {
      cognito: [sign({ token_use: "id" }), sign({ token_use: "access", nonce: "x" })],
      keycloak: [sign({ typ: "ID" }), sign({ typ: "Bearer", nonce: "x" })],
      okta: [sign({ at_hash: "x", aud: "app" }), sign({ cid: "app", scp: ["read"], uid: "u" })],
      hybrid: sign({ c_hash: "x" }),
      entra: [sign({ nonce: "x", tid: "t" }), sign({ azp: "app", scp: "read", tid: "t" })],
      entraWithoutNonce: sign({ aud: "app", tid: "t", preferred_username: "ada" }),
      rfc9068: ["at+jwt", "application/at+jwt", "AT+JWT"].map((typ) => sign({ nonce: "x" }, { typ })),
      otherType: ["JWT", "at+jwt+x", "x+at+jwt", ["at+jwt"], 7].map((typ) => sign({ nonce: "x" }, { typ })),
      contradiction: [sign({ token_use: "id", typ: "Bearer" }), sign({ token_use: "access", typ: "ID" })],
    },
    {
      cognito: ["token_use", "passes"],
      keycloak: ["typ", "passes"],
      okta: ["at_hash", "passes"],
      hybrid: "c_hash",
      entra: ["nonce", "passes"],
      entraWithoutNonce: "passes",
      rfc9068: ["passes", "passes", "passes"],
      otherType: Array(5).fill("nonce"),
      contradiction: ["token_use", "typ"],
    },
  );
});

test("the issuer is asked about every request, with a client of its own, and only about tokens nothing else refuses", async () => {
  const requests: unknown[] = [];
  const ask = (async (url: string, { method, headers, body }: RequestInit) => {
    const sent = new URLSearchParams(String(body));
    const { authorization } = Object.fromEntries(new Headers(headers));
    requests.push([url, method, authorization, sent.get("token") === good, sent.get("token_type_hint")]);
    return Response.json({ active: requests.length === 1 });
  }) as typeof fetch;
  const good = await sign(key);
  const world = { beyond: everything, introspect: introspection({ fetch: ask }), hash: (token: string) => token };
  const { decision } = startAuthorizer([key.jwk], world);
  const seen = [
    await decision(await sign(key, { aud: "x" })),
    await decision(await sign(key, { jti: "lost" })),
    await decision(good),
    await decision(good),
  ];
  const basic = `Basic ${Buffer.from("gateway:s3cret").toString("base64")}`;
  const request = ["https://idp.example/introspect", "POST", basic, true, "access_token"];
  assert.deepEqual(
    { seen, requests },
    {
      seen: ["invalidToken audience", "invalidToken deniedToken", "allowed", "invalidToken introspection"],
      requests: [request, request],
    },
  );
});

test("an issuer that does not say whether a token is active leaves it undecided, and no secret is in the reason", async () => {
  const answers: Readonly<Record<string, () => Promise<Response>>> = {
    away: async () => new Response("<html>", { status: 503 }),
    refused: async () => Response.json({ error: "invalid_client" }, { status: 401 }),
    noConnection: async () => Promise.reject(new TypeError("fetch failed")),
    timeOut: async () => Promise.reject(new DOMException("too late", "TimeoutError")),
    noJson: async () => new Response("active", { headers: { "content-type": "application/json" } }),
    page: async () => new Response("{}", { headers: { "content-type": "text/html" } }),
    noWord: async () => Response.json({}),
    text: async () => Response.json({ active: "true" }),
    moved: async () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
  };
  const token = await sign(key);
  const seen: Record<string, string> = {};
  const leaks: string[] = [];
  for (const [name, answer] of Object.entries(answers)) {
    const introspect = introspection({ fetch: answer as unknown as typeof fetch });
    const { decide } = startAuthorizer([key.jwk], { beyond: everything, introspect });
    const decision = await decide(token);
    seen[name] = decision.kind;
    if (JSON.stringify(decision).includes(token) || JSON.stringify(decision).includes("s3cret")) leaks.push(name);
  }
  const unsafe = { ...everything, introspection: { ...everything.introspection, endpoint: "http://idp.example/i" } };
  const noUrl = { ...everything, introspection: { ...everything.introspection, endpoint: "i" } };
  for (const [name, beyond] of Object.entries({ unsafe, noUrl, nobodyAsks: everything })) {
    const active = introspection({ fetch: (async () => Response.json({ active: true })) as typeof fetch });
    const introspect = name === "nobodyAsks" ? undefined : active;
    const world = { beyond: beyond as BeyondAgentCore, introspect };
    seen[name] = (await startAuthorizer([key.jwk], world).decide(token)).kind;
  }
  assert.deepEqual(
    { seen, leaks },
    { seen: Object.fromEntries(Object.keys(seen).map((name) => [name, "undecided"])), leaks: [] },
  );
});

test("an introspection endpoint is asked over http on this machine alone, and the reason names it without its query", async () => {
  const asked: string[] = [];
  const heard: string[] = [];
  const introspect = introspection({
    fetch: (async (url: string | URL) => {
      asked.push(String(url));
      return Response.json({ active: true });
    }) as typeof fetch,
    outage: { failed: ({ message }) => void heard.push(message), worked: () => void heard.push("worked") },
  });
  const ask = (endpoint: string) =>
    introspect("a.b.c", { endpoint, clientId: "gateway", clientSecret: "s3cret" }).catch((error: Error) => [
      ...[error.constructor.name, error.message, error.cause],
    ]);
  const here = "http://127.0.0.1:9000/introspect?tenant=1";
  const away = "https://idp.example/introspect";
  const seen = [await ask(here), await ask(away), await ask(`http://idp.example/i?tenant=1`), await ask("i")];
  const silent = "http://idp.example/i did not say whether the token is active";
  assert.deepEqual(
    { seen, asked, heard },
    {
      seen: [
        ...[true, true],
        ["IntrospectionUnavailable", silent, undefined],
        ["IntrospectionUnavailable", "the introspection endpoint is no URL", undefined],
      ],
      asked: [here, away],
      heard: ["worked", "worked", silent],
    },
  );
});
