import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { EndpointWorld } from "../../../../src/gateway/http/endpoint.ts";
import type { PathTarget } from "../../../../src/gateway/http/pathTarget.ts";
import { textReply } from "../../../../src/gateway/http/plainReplies.ts";
import { createLimits } from "../../../../src/gateway/limits/limits.ts";
import { createRateLimits } from "../../../../src/gateway/limits/rateLimits.ts";
import { createProofChecks } from "../../../../src/gateway/proofs/proofChecks.ts";
import { jsonReply } from "../../../../src/lib/servedHttp.ts";
import { proofMaker, tokenHash } from "../../../support/dpop/proofMaker.ts";
import { callTools, endpointInProcess, endpointUrl, listTools } from "../../../support/endpointInProcess.ts";
import {
  ISSUER,
  NOW_SECONDS,
  newKey,
  rules,
  type SigningKey,
  sign,
  startAuthorizer,
} from "../../../support/issuerInProcess.ts";

let key: SigningKey;

before(async () => {
  key = await newKey("ES256", "a");
});

/** An endpoint that lets in the tokens of `key`. */
function guarded(more: Partial<EndpointWorld> = {}, wanted = rules) {
  const { world: authorizer, state } = startAuthorizer([key.jwk]);
  const endpoint = endpointInProcess({ authorizer: { ...authorizer, rules: wanted }, ...more });
  const bearer = async (claims: Readonly<Record<string, unknown>> = {}) => `Bearer ${await sign(key, claims)}`;
  return { ...endpoint, bearer, state };
}

const refusedAs = (code: number, message: string, id: unknown = 7) => ({
  jsonrpc: "2.0",
  id,
  error: { code, message },
});
const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
const files: PathTarget = { kind: "elsewhere", name: "files", what: "http.agentcoreRuntime" };
const policySession = "x-amzn-bedrock-agentcore-policy-session-id";

test("a request of somebody with a token is handed on with whom it speaks for, and recorded with all that is known", async () => {
  const { ask, bearer, seen, clock } = guarded({
    mcp: {
      async handle(request: object, body: object, from: Parameters<EndpointWorld["mcp"]["handle"]>[2]) {
        seen.handled.push({ request, body, from } as (typeof seen.handled)[number]);
        clock.ms += 25;
        from.report({ kind: "result", isError: false });
        from.report({ kind: "error", code: 1 });
        from.judged({ mode: "ENFORCE", decision: "allow", policies: ["first"] });
        from.judged({ mode: "ENFORCE", decision: "deny", policies: ["second"] });
        return { ...jsonReply(200, { ok: true }), headers: { "content-type": "application/json; charset=utf-8" } };
      },
    } as unknown as EndpointWorld["mcp"],
  });
  const authorization = await bearer({ client_id: "app", scope: "read" });
  const answer = await ask({
    ...{ authorization, address: "10.0.0.9", body: callTools("files___read", "files___write") },
    headers: { "user-agent": "u".repeat(600), "mcp-protocol-version": "2025-11-25", [policySession]: "p-1" },
  });
  const requestId = answer.headers["x-amzn-requestid"] ?? "";
  assert.match(requestId, uuid);
  assert.deepEqual(
    [answer.status, answer.body, answer.headers["content-type"]],
    [200, { ok: true }, "application/json; charset=utf-8"],
  );
  const [{ request, body, from } = assert.fail("nothing was handed on")] = seen.handled;
  const { principal, caller, revision } = from;
  const person = { issuer: ISSUER, subject: "ada", client: "app", scopes: ["read"] };
  assert.deepEqual(
    { body, principal, caller, revision, sub: from.claims()?.sub, isSame: request === answer.request },
    {
      ...{ body: callTools("files___read", "files___write"), principal: JSON.stringify([ISSUER, "ada", null]) },
      ...{ caller: person, revision: "2025-11-25", sub: "ada", isSame: true },
    },
  );
  assert.deepEqual(seen.called, ["files___read", "files___write"]);
  assert.deepEqual(seen.began, [request]);
  assert.equal(answer.auditedFirst, 0);
  const called = (id: number, name: string) => ({
    ...{ id, method: "tools/call", params: { name, arguments: "REDACTED" }, jsonrpc: "2.0" },
  });
  assert.deepEqual(seen.audited, [
    {
      ...{ requestId, at: NOW_SECONDS * 1000, durationMs: 25, address: "10.0.0.9", userAgent: "u".repeat(512) },
      ...{ policySession: "p-1", issuer: ISSUER, subject: "ada", client: "app" },
      token: {
        headers: { kid: "a", alg: "ES256" },
        claims: { sub: "ada", scope: "read", iss: ISSUER, exp: NOW_SECONDS + 3600, client_id: "app" },
      },
      ...{
        method: "tools/call",
        tool: "files___read",
        decision: "allowed",
        status: 200,
        contentType: "application/json",
      },
      ...{ failed: [], message: [called(0, "files___read"), called(1, "files___write")] },
      outcome: { kind: "result", isError: false },
      policy: { mode: "ENFORCE", decision: "allow", policies: ["first"] },
    },
  ]);
});

test("of what a request does not say the record says nothing, and time that runs backwards is none", async () => {
  const { ask, seen, clock } = endpointInProcess({
    mcp: {
      async handle() {
        clock.ms -= 1000;
        return { status: 202, headers: {} };
      },
    } as unknown as EndpointWorld["mcp"],
  });
  const { headers } = await ask({ method: "DELETE" });
  assert.deepEqual(seen.audited, [
    {
      ...{ requestId: headers["x-amzn-requestid"], at: NOW_SECONDS * 1000, durationMs: 0, method: "DELETE" },
      ...{ decision: "open", status: 202, failed: [] },
    },
  ]);
});

test("a machine without a subject, and a token without a client, are recorded as far as they go", async () => {
  const { ask, bearer, seen } = guarded();
  await ask({ authorization: await bearer({ sub: undefined, client_id: "machine" }) });
  await ask({ authorization: await bearer() });
  const facts = seen.audited.map((entry) => [
    entry.issuer,
    "subject" in entry,
    entry.subject,
    "client" in entry,
    entry.client,
  ]);
  assert.deepEqual(facts, [
    [ISSUER, false, undefined, true, "machine"],
    [ISSUER, true, "ada", false, undefined],
  ]);
});

test("without an authorizer everyone comes in as nobody, and without an audit nothing is left to do", async () => {
  const { ask, seen } = endpointInProcess({ audit: undefined });
  const { status, headers } = await ask({ authorization: "Bearer whatever" });
  const [{ from } = assert.fail("nothing was handed on")] = seen.handled;
  assert.deepEqual(
    [status, from.principal, from.caller, from.claims(), from.revision],
    [200, "anyone", undefined, undefined, null],
  );
  assert.match(headers["x-amzn-requestid"] ?? "", uuid);
  assert.equal(headers["dpop-nonce"], undefined);
  assert.deepEqual(seen.audited, []);
});

test("whoever is refused is told so, recorded with what failed, and reaches nothing behind", async () => {
  const { ask, bearer, seen, state } = guarded({}, { ...rules, allowedScopes: ["read"] });
  const scoped = async (claims: object) => await ask({ authorization: await bearer({ scope: "read", ...claims }) });
  const answers = [await ask(), await scoped({ aud: "other" }), await scoped({ scope: "write" })];
  state.away = true;
  const metadata = 'resource_metadata="https://gateway.example/metadata"';
  assert.deepEqual(
    answers.map(({ status, body, headers }) => [status, body, headers["www-authenticate"]]),
    [
      [401, refusedAs(-32001, "Invalid Bearer token"), `Bearer error="invalid_token", scope="read", ${metadata}`],
      [401, refusedAs(-32001, "Invalid Bearer token"), `Bearer error="invalid_token", scope="read", ${metadata}`],
      [403, refusedAs(-32001, "Insufficient scope"), `Bearer error="insufficient_scope", scope="read", ${metadata}`],
    ],
  );
  assert.deepEqual(
    seen.audited.map(({ decision, status, failed, subject }) => [
      decision,
      status,
      failed.map(({ rule }) => rule),
      subject,
    ]),
    [
      ["noToken", 401, [], undefined],
      ["invalidToken", 401, ["audience"], "ada"],
      ["insufficientScope", 403, ["scope"], "ada"],
    ],
  );
  assert.deepEqual([seen.handled, seen.began, seen.called], [[], [], []]);
});

test("an issuer that does not answer is an error of ours, and the record and a gateway that debugs say which", async () => {
  for (const isDebug of [false, true]) {
    const { ask, bearer, seen, state } = guarded({ isDebug });
    state.away = true;
    const { status, body } = await ask({ authorization: await bearer() });
    const [{ decision, reason } = assert.fail("nothing was recorded")] = seen.audited;
    assert.deepEqual([status, decision], [500, "undecided"]);
    assert.match(reason ?? "", /^https:\/\/idp\.example/);
    const told = isDebug
      ? `The token can be neither allowed nor refused: ${reason}`
      : "An internal error occurred. Please retry later.";
    assert.deepEqual(body, refusedAs(-32603, told));
  }
});

test("faults: a status or a page in place of everything, tokens that are all refused, and challenges that are missing", async () => {
  const faulty = async (faults: ReturnType<EndpointWorld["faults"]>) => {
    const { ask, bearer, seen } = guarded({ faults: () => faults });
    const answers = [await ask({ authorization: await bearer() }), await ask({ isTooLarge: true })];
    return [
      ...answers.map(({ status, headers, body }) => [status, "www-authenticate" in headers, body]),
      ...seen.audited.map(({ decision, failed, subject }) => [decision, failed.map(({ rule }) => rule), subject]),
    ];
  };
  const noToken = refusedAs(-32001, "Invalid Bearer token");
  const page = "<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>";
  assert.deepEqual(await faulty({ status: 418 }), [
    ...Array(2).fill([418, false, undefined]),
    ...Array(2).fill(["refused", [], undefined]),
  ]);
  assert.deepEqual(await faulty({ html: true }), [
    ...Array(2).fill([200, false, page]),
    ...Array(2).fill(["refused", [], undefined]),
  ]);
  assert.deepEqual(await faulty({ refuseAllTokens: true }), [
    ...[
      [401, true, noToken],
      [413, false, undefined],
    ],
    ...[
      ["invalidToken", [], undefined],
      ["refused", [], undefined],
    ],
  ]);
  for (const [noChallenge, given] of [
    [true, "Bearer x"],
    [false, null],
    [true, null],
  ] as const) {
    const { ask, seen } = guarded({ faults: () => ({ noChallenge, refuseAllTokens: true }) });
    const { status, headers } = await ask({ authorization: given });
    const decided = [status, "www-authenticate" in headers, seen.audited[0]?.decision];
    assert.deepEqual(decided, [401, !noChallenge, given === null ? "noToken" : "invalidToken"]);
  }
});

test("a tool that needs scopes is not called without all of them, and each is asked for once", async () => {
  const toolScopes = { files___read: ["read"], files___write: ["read", "write"] };
  const called = async (scope: string, ...names: readonly string[]) => {
    const { ask, bearer, seen } = guarded({ toolScopes });
    const { status, headers } = await ask({ authorization: await bearer({ scope }), body: callTools(...names) });
    const scopes = /scope="([^"]*)"/.exec(headers["www-authenticate"] ?? "")?.[1];
    const [{ decision, failed } = assert.fail("nothing was recorded")] = seen.audited;
    return [status, scopes, decision, failed.map(({ expected, found }) => [expected, found]), seen.handled.length];
  };
  const refused = (needed: string[], found: string[]) => [
    ...[403, needed.join(" "), "insufficientScope", [[needed, found]], 0],
  ];
  const passed = [200, undefined, "allowed", [], 1];
  assert.deepEqual(
    [
      await called("read", "files___read"),
      await called("write", "files___read"),
      await called("read", "files___read", "files___write"),
      await called("read write", "files___read", "files___write"),
      await called("", "files___other", "toString"),
    ],
    [passed, refused(["read"], ["write"]), refused(["read", "write"], ["read"]), passed, passed],
  );
});

test("a fault of the token comes before the scopes of a tool", async () => {
  const { ask, bearer, seen } = guarded({ toolScopes: { t: ["write"] } });
  const { status } = await ask({ authorization: await bearer({ aud: "other" }), body: callTools("t") });
  assert.deepEqual([status, seen.audited[0]?.decision], [401, "invalidToken"]);
});

test("a scope that a tool has to have and the token has is among what was found, and passes", async () => {
  const { ask, bearer, seen } = guarded({ toolScopes: { t: ["write"] } });
  const { status } = await ask({ authorization: await bearer({ scope: "write" }), body: callTools("t") });
  assert.deepEqual([status, seen.audited[0]?.failed, seen.called], [200, [], ["t"]]);
});

test("another method, a body that is no JSON and a policy session of another form are refused, and others go on", async () => {
  const { ask, seen } = endpointInProcess();
  const answers = [
    await ask({ method: "PUT" }),
    await ask({ body: "{" }),
    await ask({ headers: { [policySession]: "not valid" } }),
    await ask({ isTooLarge: true }),
    await ask({ method: "GET" }),
    await ask({ method: "DELETE" }),
    await ask({ headers: { [policySession]: "valid" } }),
  ];
  assert.deepEqual(
    answers.slice(0, 4).map(({ status, body, headers }) => [status, body, headers.allow]),
    [
      [405, refusedAs(-32000, "Method not allowed"), "GET, POST, DELETE"],
      [400, refusedAs(-32700, "Parse error", null), undefined],
      [400, refusedAs(-32000, "The policy session id is not valid"), undefined],
      [413, undefined, undefined],
    ],
  );
  assert.deepEqual(
    answers.slice(4).map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual(
    seen.audited.map(({ method, decision, policySession: session, ...entry }) => [
      method,
      decision,
      session,
      "message" in entry,
    ]),
    [
      ["tools/list", "open", undefined, true],
      ["POST", "open", undefined, false],
      ["tools/list", "open", undefined, true],
      ["tools/list", "refused", undefined, true],
      ["GET", "open", undefined, false],
      ["DELETE", "open", undefined, false],
      ["tools/list", "open", "valid", true],
    ],
  );
  assert.equal(seen.handled.length, 3);
  assert.deepEqual(
    seen.audited.map((entry) => "policySession" in entry),
    [...Array(6).fill(false), true],
  );
});

test("whoever is turned away before the token is read gets that answer, under an id, and is recorded", async () => {
  const { ask, seen } = guarded();
  const { status, headers, body } = await ask({ turnedAway: textReply(403, "Forbidden"), authorization: "Bearer x" });
  assert.deepEqual([status, body, headers["x-amzn-requestid"]], [403, "Forbidden", seen.audited[0]?.requestId]);
  assert.deepEqual([seen.audited[0]?.decision, seen.audited[0]?.failed, seen.handled], ["refused", [], []]);
});

test("a stream that lasts is recorded as it opens, and any other answer when it ended, cut off or not", async () => {
  const { ask, seen } = endpointInProcess();
  const listen = { ...listTools, method: "subscriptions/listen" };
  const asked = [{ method: "GET" }, { body: listen }, {}];
  const first = [];
  for (const one of asked) {
    for (const leaves of [false, true]) {
      const before = seen.audited.length;
      const { auditedFirst } = await ask({ ...one, leaves });
      first.push([auditedFirst - before, seen.audited.at(-1)?.incomplete]);
    }
  }
  assert.deepEqual(first, [...Array(4).fill([1, undefined]), [0, undefined], [0, "answer"]]);
  assert.equal(seen.audited.length, 6);
  // What stays open as long as the caller likes is no call that has to end before the gateway stops.
  assert.equal(seen.began.length, 2);
});

test("an audit that takes its time holds up the answer of a stream that lasts, so that none goes unrecorded", async () => {
  const order: string[] = [];
  const { ask } = endpointInProcess({
    audit: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push("recorded");
    },
  });
  await ask({ method: "GET" });
  order.push("answered");
  assert.deepEqual(order, ["recorded", "answered"]);
});

test("notifications and answers are no call that is open, and are not counted", async () => {
  const { ask, seen } = endpointInProcess({ stopping: () => true });
  const { status } = await ask({ body: { jsonrpc: "2.0", method: "notifications/initialized" } });
  assert.deepEqual([status, seen.began, seen.handled.length], [200, [], 1]);
});

test("whoever has to come again later is told so, reaches nothing behind, and the record names AWS's limit", async () => {
  const stopping = endpointInProcess({ stopping: () => true });
  const rate = { id: "all", keys: [], entries: [{ dimensions: {}, requests: { rate: 1, period: "minute" } }] } as const;
  const rated = endpointInProcess({ rateLimits: createRateLimits([rate]) });
  const limited = endpointInProcess({ limits: createLimits({ subject: { rate: 1, period: "minute" } }) });
  const seen = [];
  for (const { ask, seen: told } of [stopping, rated, limited]) {
    await ask({ body: callTools("t") });
    const { status } = await ask({ body: callTools("t") });
    const { decision, rateLimit, status: recorded } = told.audited.at(-1) ?? assert.fail("nothing was recorded");
    seen.push([status, recorded, decision, rateLimit, told.handled.length, told.called.length, told.began.length]);
  }
  assert.deepEqual(seen, [
    [503, 503, "open", undefined, 0, 0, 0],
    [429, 429, "open", { id: "all", metric: "requests" }, 1, 1, 1],
    [429, 429, "open", undefined, 1, 1, 1],
  ]);
  assert.deepEqual(
    [...stopping.seen.audited, ...limited.seen.audited].some((entry) => "rateLimit" in entry),
    false,
  );
});

test("those around it learn of each limit that turned somebody away, and of nothing else", async () => {
  const rate = { id: "all", keys: [], entries: [{ dimensions: {}, requests: { rate: 1, period: "minute" } }] } as const;
  const rated = endpointInProcess({ rateLimits: createRateLimits([rate]), limits: undefined });
  const limited = endpointInProcess({ limits: createLimits({ subject: { rate: 1, period: "minute" } }) });
  const statuses = [];
  for (const { ask } of [rated, limited]) statuses.push((await ask()).status, (await ask()).status);
  const facts = { id: "all", limitKey: "all/", metric: "requests", retryAfter: 60 };
  assert.deepEqual(
    [statuses, rated.seen.limited, limited.seen.limited],
    [[200, 429, 200, 429], [{ kind: "limited", ...facts }], [{ limit: "subject", waitMs: 60_000 }]],
  );
});

test("AWS's limits know the target and the tool of a call, and a target with a path of its own gets its own answer", async () => {
  const blocked = { rate: 0, period: "minute" } as const;
  const limit = (key: string, value: string) => ({
    ...{ id: key, keys: [key], entries: [{ dimensions: { [key]: value }, requests: blocked }] },
  });
  const limits = [limit("targetName", "files"), limit("toolName", "web___get")];
  const { ask } = endpointInProcess({ rateLimits: createRateLimits(limits) });
  const status = async (asked: Parameters<typeof ask>[0]) => (await ask(asked)).status;
  const elsewhere: PathTarget = { ...files, name: "web" };
  assert.deepEqual(
    [
      await status({}),
      await status({ body: callTools("web___put") }),
      await status({ body: callTools("web___get") }),
      await status({ body: callTools("files___read") }),
      await status({ body: callTools("web___put", "files___read") }),
      await status({ pathTarget: elsewhere, path: "/web/a" }),
    ],
    [200, 200, 429, 429, 429, 501],
  );
  const facts = { limitKey: "targetName/targetName=files", metric: "requests", retryAfter: 60 };
  const [atMcp, atPath] = [
    await ask({ body: callTools("files___read") }),
    await ask({ pathTarget: files, path: "/files/a", body: "{}" }),
  ];
  assert.deepEqual(
    [atMcp.body, atPath.body],
    [
      { jsonrpc: "2.0", id: 0, error: { code: -32003, message: "Rate limit exceeded", data: facts } },
      { error: "Rate limit exceeded", success: false, ...facts },
    ],
  );
});

test("a request counts as under way until it is over", async () => {
  const one = { dimensions: {}, connections: { rate: 1, period: "second" as const } };
  const { ask } = endpointInProcess({ rateLimits: createRateLimits([{ id: "one", keys: [], entries: [one] }]) });
  const [first, second] = [await ask(), await ask()];
  first.request.end();
  assert.deepEqual([first.status, second.status, (await ask()).status], [200, 429, 200]);
});

test("limits count for each person, by the claims of the token", async () => {
  const keys = ["$.context.jwt.sub"];
  const entries = [{ dimensions: { "$.context.jwt.sub": "ada" }, requests: { rate: 0, period: "minute" as const } }];
  const { ask, bearer } = guarded({ rateLimits: createRateLimits([{ id: "ada", keys, entries }]) });
  const answers = [
    await ask({ authorization: await bearer() }),
    await ask({ authorization: await bearer({ sub: "bob" }) }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [429, 200],
  );
});

test("a request under a target's own path is the target's: its body may be anything, and its tools are not ours", async () => {
  const { ask, bearer, seen } = guarded({ toolScopes: { t: ["write"] } });
  const authorization = await bearer();
  const answers = [
    await ask({ authorization, pathTarget: files, path: "/files/a", body: callTools("t") }),
    await ask({ authorization, pathTarget: files, path: "/files/a", body: "no JSON" }),
  ];
  const message = `files is a target of the kind http.agentcoreRuntime, which runs at Amazon Bedrock AgentCore only, and not in this local gateway.`;
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body]),
    Array(2).fill([501, { message }]),
  );
  assert.deepEqual(
    seen.audited.map(({ target, tool, method, decision }) => [target, tool, method, decision]),
    [
      ["files", undefined, "tools/call", "allowed"],
      ["files", undefined, "POST", "allowed"],
    ],
  );
  assert.deepEqual([seen.called, seen.handled], [[], []]);
  assert.equal(
    seen.audited.some((entry) => "tool" in entry),
    false,
  );
});

test("policies are asked about a request under a target's own path with whom its token speaks for", async () => {
  const asked: unknown[] = [];
  const verdict = { decision: "allow", policies: [{ name: "p" }], logOnly: [], skipped: [] };
  const policies = {
    enforces: true,
    judgeRequest(request: object, from: { readonly principal: string }) {
      asked.push({ ...request, body: undefined }, from.principal);
      return verdict;
    },
  } as unknown as NonNullable<ReturnType<EndpointWorld["policies"]>>;
  const { ask, bearer, seen } = guarded({ policies: () => policies });
  await ask({ authorization: await bearer(), pathTarget: files, path: "/files/a?b" });
  assert.deepEqual(asked, [
    { target: "files", method: "POST", path: "/a", body: undefined },
    JSON.stringify([ISSUER, "ada", null]),
  ]);
  assert.deepEqual([seen.audited[0]?.policy?.decision, seen.audited[0]?.policy?.policies], ["allow", ["p"]]);
});

test("interceptors stand between the endpoint and what is behind it, and what they change is handed on", async () => {
  const interceptors = {
    answer: async (asked: { readonly parsed: unknown }, next: (body: unknown) => Promise<unknown>) => {
      assert.deepEqual(asked.parsed, listTools);
      return await next({ changed: true });
    },
  } as unknown as NonNullable<EndpointWorld["interceptors"]>;
  const { ask, seen } = endpointInProcess({ interceptors });
  const { status, request } = await ask();
  const [{ body, from, request: handed } = assert.fail("nothing was handed on")] = seen.handled;
  assert.deepEqual([status, body, from.principal, handed === request], [200, { changed: true }, "anyone", true]);
});

test("what fails behind the endpoint is in the log by its method, with the decision in the record", async () => {
  const mcp = {
    handle: async () => {
      throw new RangeError("too deep");
    },
  } as unknown as EndpointWorld["mcp"];
  const { ask, bearer, seen } = guarded({ mcp });
  const authorization = await bearer();
  const answers = [await ask({ authorization }), await ask({ authorization, method: "DELETE" })];
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body]),
    [7, null].map((id) => [500, refusedAs(-32603, "An internal error occurred. Please retry later.", id)]),
  );
  assert.deepEqual(
    seen.logged.map(({ message, method }) => [message, method]),
    [
      ["unforeseen failure", "tools/list"],
      ["unforeseen failure", "DELETE"],
    ],
  );
  assert.deepEqual(
    seen.audited.map(({ decision, subject, status }) => [decision, subject, status]),
    Array(2).fill(["allowed", "ada", 500]),
  );
});

test("a proof is for the address that callers know, or the one that the request came to, and a nonce comes with the answer", async () => {
  const maker = await proofMaker();
  const checks = createProofChecks(() => NOW_SECONDS * 1000);
  let ms = NOW_SECONDS * 1000;
  const withNonces = createProofChecks(() => ms);
  const token = await sign(key, { cnf: { jkt: maker.thumbprint } });
  const proofFor = async (htu: string, more: object = {}) =>
    await maker.proof({ htm: "POST", htu, ath: tokenHash(token), iat: NOW_SECONDS, ...more });
  const asked = async (
    htu: string,
    { host, ...more }: { host?: string; path?: string; pathTarget?: PathTarget } = {},
  ) => {
    const { ask } = guarded({ proofs: { rules: {}, checks } });
    const headers = host === undefined ? {} : { host };
    const { status } = await ask({ authorization: `DPoP ${token}`, proof: await proofFor(htu), headers, ...more });
    return status;
  };
  const atTarget = { path: "/files/a?b", pathTarget: files };
  assert.deepEqual(
    [
      await asked(endpointUrl),
      await asked(endpointUrl, { path: "/mcp?x=1", host: "a b" }),
      await asked("http://10.0.0.1/mcp", { host: "a@10.0.0.1" }),
      await asked("http://10.0.0.1/a/mcp", { host: "10.0.0.1/a?" }),
      await asked("http://10.0.0.1:99/mcp", { host: "10.0.0.1:99", path: "/mcp?x=1" }),
      await asked("http://10.0.0.1:99/mcp"),
      await asked("https://gateway.example/files/a", atTarget),
      await asked("http://10.0.0.1/files/a", { ...atTarget, host: "10.0.0.1" }),
      await asked(endpointUrl, atTarget),
    ],
    [200, 200, 401, 401, 200, 401, 501, 501, 401],
  );
  const { ask, seen } = guarded({ proofs: { rules: { nonces: true }, checks: withNonces } });
  const nonced = async (nonce?: string) => {
    const proof = await proofFor(endpointUrl, { nonce });
    const { status, headers } = await ask({ authorization: `DPoP ${token}`, proof });
    return [status, headers["dpop-nonce"]];
  };
  const first = withNonces.nonce();
  const answers = [await nonced(), await nonced(first)];
  ms += 150_000;
  answers.push(await nonced(first));
  assert.deepEqual(answers, [
    [401, first],
    [200, undefined],
    [200, withNonces.nonce()],
  ]);
  assert.deepEqual(
    seen.audited.map(({ decision, subject, token: facts }) => [decision, subject, facts?.claims.sub]),
    [["invalidToken", "ada", "ada"], ...Array(2).fill(["allowed", "ada", "ada"])],
  );
});
