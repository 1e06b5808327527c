import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../src/failures/failure.ts";
import { wordsOf } from "../../../src/lib/httpPort.ts";
import type { TokenSet } from "../../../src/oauth/tokens/tokenSet.ts";
import { authorizedFetch, type FetchTarget } from "../../../src/relay/authorizedFetch.ts";
import { unsignedJwt } from "../../support/fakeAuthorizationServer.ts";
import { failureOf, fakeNetwork, json, networkError, recordingLog } from "../../support/fakePorts.ts";

const url = "https://gw.example.com/mcp";
const now = 1_000_000;

const tokenSet = (accessToken: string, changes: Partial<TokenSet> = {}): TokenSet => ({
  sessionId: "s",
  server: { issuer: "https://login.example.com" },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: ["read"],
  accessToken,
  refreshToken: "marked-refresh",
  issuedAt: now,
  ...changes,
});

type Answer = Parameters<typeof fakeNetwork>[0][string];

/** A gateway that answers like this, for a person with `tokens` who would get `renewed`. */
function start(
  answer: Answer,
  options: {
    readonly session?: FetchTarget["session"];
    readonly tokens?: TokenSet | undefined;
    readonly renewed?: TokenSet | undefined;
    /** What its sign-ins fail with because it has another provider by now. */
    readonly elsewhere?: GatewayFailure;
  } = {},
) {
  const signedIn = { kind: "signedIn", id: "s", bearerToken: "access" } as const;
  const challenges: unknown[] = [];
  const { session, tokens, renewed, elsewhere } = { session: signedIn, tokens: tokenSet("marked-old"), ...options };
  const network = fakeNetwork({ [url]: answer });
  const asked: string[] = [];
  const log = recordingLog();
  const send = authorizedFetch(() => ({ name: "Work", url, session }), {
    fetch: network.fetch,
    log,
    now: () => now,
    tokens: {
      current: async (id) => {
        asked.push(`current ${id}`);
        return tokens;
      },
      replace: async (id, refused) => {
        asked.push(`replace ${id} ${refused}`);
        return renewed;
      },
    },
    onChallenge: (challenge) => void challenges.push(challenge),
    elsewhere: async (issuer) => {
      asked.push(`elsewhere ${issuer}`);
      return elsewhere;
    },
  });
  return {
    send,
    asked,
    challenges,
    log,
    network,
    sent: () => network.requests.map(({ headers }) => headers.authorization),
  };
}

const refuse = (...tokens: string[]): Answer => {
  return ({ headers }) =>
    tokens.some((token) => headers.authorization === `Bearer ${token}`)
      ? json({}, 401, { "www-authenticate": 'Bearer error="invalid_token"' })
      : json({ ok: true });
};

for (const [what, headers, challenge, tried] of [
  ["is the session's", { "Mcp-Session-Id": "s1" }, undefined, ["current s"]],
  [
    "is the token's where there is a challenge",
    { "mcp-session-id": "s1" },
    "Bearer",
    ["current s", "replace s marked-old"],
  ],
  ["is the token's where no session was named", {}, undefined, ["current s", "replace s marked-old"]],
] as const) {
  test(`a 401 that says the session was not found ${what}`, async () => {
    const text = "Unauthorized: Session not found";
    const { send, asked } = start(
      () => new Response(text, { status: 401, ...(challenge && { headers: { "www-authenticate": challenge } }) }),
      { tokens: tokenSet("marked-old", { issuedAt: now - 60_000 }) },
    );
    const answer = await send(url, { method: "POST", headers }).catch(() => undefined);
    assert.deepEqual(
      { asked, said: answer && [answer.status, await wordsOf(answer.body)] },
      { asked: tried, said: tried.length === 1 ? [401, text] : undefined },
    );
  });
}

test("the current token goes with the request in place of any other, and no redirect is followed with it", async () => {
  const { send, asked, network } = start(json({ ok: true }));
  const response = await send(url, { method: "POST", body: "{}", headers: { Authorization: "Bearer x", "x-a": "1" } });
  assert.deepEqual(
    { status: response.status, asked, requests: network.requests },
    {
      status: 200,
      asked: ["current s"],
      requests: [
        {
          method: "POST",
          url,
          headers: {
            authorization: "Bearer marked-old",
            "x-a": "1",
          },
          body: "{}",
          redirect: "manual",
        },
      ],
    },
  );
});

test("a redirect is handed back as it is, and the token goes nowhere else", async () => {
  const { send, network } = start(new Response(null, { status: 307, headers: { location: "https://evil.example/" } }));
  const { status } = await send(url);
  assert.deepEqual({ status, urls: network.urls() }, { status: 307, urls: [url] });
});

test("no other origin ever gets the token", async () => {
  const elsewhere = ["https://evil.example/mcp", "http://gw.example.com/mcp", "https://gw.example.com:8443/mcp"];
  const { send, asked, network } = start(json({}));
  const failures = [];
  for (const address of elsewhere) failures.push(await failureOf(() => send(address)));
  assert.deepEqual(
    { failures, asked, sent: network.urls() },
    {
      failures: elsewhere.map((address) => ({
        code: "endpoint_insecure",
        facts: { name: "the gateway's address", url: address },
      })),
      asked: [],
      sent: [],
    },
  );
});

test("an open gateway gets no token, not even one that was handed in", async () => {
  const { send, asked, sent } = start(json({}), { session: { kind: "open" } });
  await send(url, { headers: { authorization: "Bearer marked-old" } });
  assert.deepEqual({ asked, sent: sent() }, { asked: [], sent: [undefined] });
});

test("a gateway that was open and asks for a token at any request needs a sign-in, and what it said is handed on", async () => {
  const header = 'Bearer scope="read", resource_metadata="https://gw.example.com/prm"';
  const open = { session: { kind: "open" } } as const;
  const asks = start(json({}, 401, { "www-authenticate": header }), open);
  const asksBySaying = start(json({}, 403, { "www-authenticate": header }), open);
  const asksBare = start(json({}, 401), open);
  const forbids = start(json({}, 403), open);
  const needed = { code: "sign_in_needed", facts: { gateway: "Work" } };
  assert.deepEqual(
    {
      failures: [
        await failureOf(() => asks.send(url)),
        await failureOf(() => asksBySaying.send(url)),
        await failureOf(() => asksBare.send(url)),
      ],
      forbidden: (await forbids.send(url)).status,
      challenges: [asks.challenges.length, asksBySaying.challenges.length, asksBare.challenges],
    },
    { failures: [needed, needed, needed], forbidden: 403, challenges: [1, 1, [undefined]] },
  );
});

test("a 401 of an open gateway that is about a session is handed back", async () => {
  const { send } = start(json({ error: "Session not found" }, 401), { session: { kind: "open" } });
  const answer = await send(url, { headers: { "mcp-session-id": "s1" } });
  assert.deepEqual([answer.status, /Session not found/.test((await wordsOf(answer.body)) ?? "")], [401, true]);
});

test("tokens of no use to a gateway that signs in elsewhere by now are said to be that", async () => {
  const elsewhere = new GatewayFailure("sign_in_needed", { gateway: "Work" });
  const fresh = start(refuse("marked-old"), {
    tokens: tokenSet("marked-old", { clientGrant: { scopes: [], parameters: {} } }),
    elsewhere,
  });
  const again = start(refuse("marked-old", "marked-new"), { renewed: tokenSet("marked-new"), elsewhere });
  const needed = { code: "sign_in_needed", facts: { gateway: "Work" } };
  assert.deepEqual(
    {
      failures: [await failureOf(() => fresh.send(url)), await failureOf(() => again.send(url))],
      asked: [fresh.asked.at(-1), again.asked.at(-1)],
    },
    { failures: [needed, needed], asked: Array(2).fill("elsewhere https://login.example.com") },
  );
});

test("without a session, or with one that only a person can bring back, nothing is sent", async () => {
  const needed = { code: "sign_in_needed", facts: { gateway: "Work" } };
  const nobody = start(json({}), { session: undefined });
  const ended = start(json({}), { tokens: undefined });
  assert.deepEqual(
    {
      failures: [await failureOf(() => nobody.send(url)), await failureOf(() => ended.send(url))],
      sent: [...nobody.sent(), ...ended.sent()],
    },
    { failures: [needed, needed], sent: [] },
  );
});

test("a request for a gateway that was removed meanwhile needs a sign-in, and is not called insecure", async () => {
  const network = fakeNetwork({});
  const target: FetchTarget = { name: "this gateway", url: "https://removed.invalid", session: undefined };
  const tokens = { current: async () => tokenSet("marked-old"), replace: async () => undefined };
  const nothing = { onChallenge() {}, elsewhere: async () => undefined };
  const world = { fetch: network.fetch, tokens, log: recordingLog(), now: () => now, ...nothing };
  const send = authorizedFetch(() => target, world);
  assert.deepEqual(
    { failure: await failureOf(() => send(url)), sent: network.urls() },
    { failure: { code: "sign_in_needed", facts: { gateway: "this gateway" } }, sent: [] },
  );
});

test("a refused token is replaced once and the request repeated as it was", async () => {
  const { send, asked, network, sent } = start(refuse("marked-old"), { renewed: tokenSet("marked-new") });
  const { status } = await send(url, { method: "POST", body: "once" });
  assert.deepEqual(
    { status, asked, sent: sent(), bodies: network.requests.map(({ body }) => body) },
    {
      status: 200,
      asked: ["current s", "replace s marked-old"],
      sent: ["Bearer marked-old", "Bearer marked-new"],
      bodies: ["once", "once"],
    },
  );
});

test("a refused token that only a person can replace needs a sign-in", async () => {
  const { send, sent } = start(refuse("marked-old"));
  assert.deepEqual(
    { failure: await failureOf(() => send(url)), sent: sent() },
    { failure: { code: "sign_in_needed", facts: { gateway: "Work" } }, sent: ["Bearer marked-old"] },
  );
});

test("a token that was just issued and is refused is said to be refused, without asking the person again", async () => {
  const refused = { code: "gateway_refused_token", facts: { gateway: "Work", status: 401, error: "invalid_token" } };
  const { refreshToken: _, ...young } = tokenSet("marked-old");
  const renewed = start(refuse("marked-old", "marked-new"), { renewed: tokenSet("marked-new") });
  const fresh = start(refuse("marked-old"), { tokens: young });
  const old = start(refuse("marked-old"), { tokens: { ...young, issuedAt: now - 60_000 } });
  assert.deepEqual(
    {
      renewed: await failureOf(() => renewed.send(url)),
      fresh: await failureOf(() => fresh.send(url)),
      old: await failureOf(() => old.send(url)),
      sent: [renewed.sent().length, fresh.sent().length, old.sent().length],
    },
    {
      renewed: refused,
      fresh: refused,
      old: { code: "sign_in_needed", facts: { gateway: "Work" } },
      sent: [2, 1, 1],
    },
  );
});

test("a refused token for another audience is said to be one", async () => {
  const other = tokenSet(unsignedJwt({ aud: ["other"] }), { resource: url });
  const { send } = start(json({}, 401), { renewed: other });
  assert.deepEqual(await failureOf(() => send(url)), {
    code: "token_audience_mismatch",
    facts: { expected: url, found: ["other"] },
  });
});

test("why a gateway refuses is told in its words, from the challenge or the body", async () => {
  const told = 'Bearer error="invalid_token", error_description="Client not in allowedClients"';
  const { refreshToken: _, ...young } = tokenSet("marked-old");
  const refusals = [
    json({ message: "no" }, 401, { "www-authenticate": told }),
    json({ message: "Ask Ada" }, 401),
    json({}, 403, {
      "www-authenticate": 'Bearer error="insufficient_scope", scope="write", error_description="Needs write"',
    }),
  ];
  const failures = await Promise.all(
    refusals.map((refusal) => failureOf(() => start(refusal, { tokens: young }).send(url))),
  );
  const only = 'Bearer error="invalid_request", error_description="Not from this network"';
  const plain = await start(new Response(null, { status: 403, headers: { "www-authenticate": only } })).send(url);
  assert.deepEqual(
    {
      words: failures.map((one) => (one as { facts: { words?: string } }).facts.words),
      plain: await wordsOf(plain.body),
    },
    { words: ["Client not in allowedClients", "Ask Ada", "Needs write"], plain: "Not from this network" },
  );
});

test("only insufficient_scope makes a 403 a matter of scopes; it names those of the token and those that lack", async () => {
  const lacks = json({}, 403, { "www-authenticate": 'Bearer error="insufficient_scope", scope="read write"' });
  const plain = start(json({ message: "not today" }, 403));
  const answered = await plain.send(url);
  const afterRenewal = start(({ headers }) => (headers.authorization === "Bearer marked-old" ? json({}, 401) : lacks), {
    renewed: tokenSet("marked-new"),
  });
  const failure = {
    code: "insufficient_scope",
    facts: { gateway: "Work", needed: ["read", "write"], granted: ["read"] },
  };
  assert.deepEqual(
    {
      plain: [answered.status, JSON.parse((await wordsOf(answered.body)) ?? "")],
      lacking: await failureOf(() => start(lacks).send(url)),
      afterRenewal: await failureOf(() => afterRenewal.send(url)),
    },
    { plain: [403, { message: "not today" }], lacking: failure, afterRenewal: failure },
  );
});

test("a gateway that gives no answer is said to be unreachable; one nobody waits for is let go as it is", async () => {
  const away = start(networkError("ECONNREFUSED"));
  const reason = new Error("enough");
  const cancelled = start(json({}));
  assert.deepEqual(
    [
      await failureOf(() => away.send(url)),
      await failureOf(() => cancelled.send(url, { signal: AbortSignal.abort(reason) })),
    ],
    [{ code: "gateway_unreachable", facts: { url, reason: "ECONNREFUSED" } }, reason],
  );
});

test("no token is in the log or in a failure", async () => {
  const { send, log } = start(refuse("marked-old", "marked-new"), { renewed: tokenSet("marked-new") });
  const failure = (await failureOf(() => send(url))) as { code?: string };
  assert.deepEqual(
    {
      code: failure.code,
      logged: log.lines.length > 0,
      quoting: [...log.lines, JSON.stringify(failure)].filter((line) => line.includes("marked-")),
    },
    { code: "gateway_refused_token", logged: true, quoting: [] },
  );
});

for (const session of [{ kind: "open" } as const, undefined]) {
  test(`where AWS wants a signature nothing is renewed, ${session ? "without" : "with"} a token`, async () => {
    const answer = json({ message: "Missing Authentication Token" }, 401, {
      "x-amzn-errortype": "MissingAuthenticationToken",
    });
    const { send, asked } = start(answer, session && { session });
    await assert.rejects(send(url), { code: "aws_signature_needed" });
    assert.deepEqual(asked, session ? [] : ["current s"]);
  });
}
