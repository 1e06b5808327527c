import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_CALLER_KEY, MOST_ROUTES } from "../../../src/lib/limits.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Caller, CallerRequest, Peer } from "../../../src/mcp/peer.ts";
import type { Route } from "../../../src/mcp/route.ts";
import { StatelessFront, type StatelessWorld } from "../../../src/mcp/statelessFront.ts";
import { soon } from "../../support/mcpKernel.ts";
import { askedOverWeb } from "../../support/webExchange.ts";

type Who = { readonly name: string };
const IDLE_MS = 100;

/** A front with routes that answer as the test says. */
function startFront({
  handle = async (_: CallerRequest): Promise<Json> => ({ content: [] }),
  ...more
}: Partial<StatelessWorld<Who, Route>> & { handle?: Route["handle"] } = {}) {
  const clock = { now: 0 };
  const routes: { readonly caller: Caller | "changes"; closed: boolean }[] = [];
  const subscribed: string[] = [];
  const observed: string[] = [];
  let changes: Peer | undefined;
  let listening = 0;
  const routeOf = (caller: Caller | "changes", answer: Route["handle"]): Route => {
    const route = { caller, closed: false };
    routes.push(route);
    return {
      handle: answer,
      async notify() {},
      sweep() {},
      async close() {
        route.closed = true;
      },
    };
  };
  const front = new StatelessFront<Who>({
    serverInfo: { name: "us", version: "1" },
    capabilities: () => ({ tools: { listChanged: true }, resources: { subscribe: true }, logging: {} }),
    instructions: () => undefined,
    now: () => clock.now,
    statePrefix: "ours:",
    idleMs: IDLE_MS,
    keyOf: ({ capabilities }, { name }) => JSON.stringify([name, capabilities]),
    route: (caller) => routeOf(caller, handle),
    changes(peer) {
      changes = peer;
      return routeOf("changes", async ({ method, params }) => {
        subscribed.push(`${method} ${params?.uri}`);
        return {};
      });
    },
    onListen: () => void listening++,
    async observe(answered, { name }) {
      observed.push(name);
      return await answered;
    },
    ...more,
  });
  const send = async (
    method: string,
    params: Json = {},
    {
      who = "ada",
      capabilities = {},
      meta = {},
      signal,
    }: { who?: string; capabilities?: Json; meta?: Json; signal?: AbortSignal } = {},
  ) => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "editor", version: "2" },
      "io.modelcontextprotocol/clientCapabilities": capabilities,
      ...meta,
    };
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(params.name !== undefined && { "mcp-name": String(params.name) }),
    };
    const request = new Request("http://us.example/mcp", { method: "POST", headers, ...(signal && { signal }) });
    const body = { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } };
    return await askedOverWeb((asked) => front.handle(asked, body, { name: who }), request);
  };
  const answerOf = async (
    ...asked: Parameters<typeof send>
  ): Promise<{ said: Json[]; result?: Json; error?: Json }> => {
    const response = await send(...asked);
    const text = await response.text();
    const messages = text.startsWith("{")
      ? [JSON.parse(text) as Json]
      : [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? "") as Json);
    const last = messages.pop() as { result?: Json; error?: Json };
    return { said: messages, ...last };
  };
  return {
    front,
    clock,
    routes,
    subscribed,
    observed,
    send,
    answerOf,
    tellChange: (method: string, params?: Json) => changes?.notify(method, params),
    listening: () => listening,
  };
}

const asking = { elicitation: { form: {} } };

/** Answers with what the caller says to a question. */
const askOnce = async ({ options }: CallerRequest): Promise<Json> => {
  const answer = await options.peer?.request(
    "elicitation/create",
    { message: "who?" },
    { signal: options.signal ?? new AbortController().signal },
  );
  return { content: [], answer };
};

test("calls of one key share a route, which knows who calls and what it can be asked", async () => {
  const { front, routes, observed, answerOf } = startFront();
  await Promise.all([answerOf("tools/call", { name: "x" }), answerOf("tools/call", { name: "y" })]);
  await answerOf("tools/call", { name: "x" }, { capabilities: asking });
  await answerOf("tools/call", { name: "x" }, { who: "eve" });
  await front.close();
  assert.deepEqual(
    {
      capabilities: routes.map(({ caller }) => caller !== "changes" && caller.capabilities),
      name: routes[0]?.caller !== "changes" && routes[0]?.caller.clientInfo.name,
      observed,
      closed: routes.every(({ closed }) => closed),
    },
    { capabilities: [{}, asking, {}], name: "editor", observed: ["ada", "ada", "ada", "eve"], closed: true },
  );
});

test("a route learns with each request who sent it, whichever era it comes from", async () => {
  const senders: unknown[] = [];
  const { front, answerOf } = startFront({
    async handle({ options }) {
      senders.push(options.context);
      return { content: [] };
    },
  });
  await answerOf("tools/call", { name: "x" });
  await answerOf("tools/call", { name: "x" }, { who: "eve" });
  await front.answerSessionless({ method: "tools/list", params: undefined, options: {} }, { name: "bob" });
  await front.close();
  assert.deepEqual(senders, [{ name: "ada" }, { name: "eve" }, { name: "bob" }]);
});

test("a method that is not served is answered with 404, and the route is not asked", async () => {
  const { send, routes } = startFront({ serves: (method) => method === "tools/call" });
  const response = await send("resources/subscribe", { uri: "x" });
  assert.deepEqual([response.status, routes.length], [404, 0]);
});

test("a question is an input_required result, and the request that brings its answer goes on with the call", async () => {
  const { answerOf } = startFront({ handle: askOnce });
  const asked = (await answerOf("tools/call", { name: "x" }, { capabilities: asking })).result;
  const again = {
    name: "x",
    requestState: asked?.requestState,
    inputResponses: { question: { action: "accept", content: {} } },
  };
  const done = (await answerOf("tools/call", again, { capabilities: asking })).result;
  assert.deepEqual(
    { type: asked?.resultType, requests: asked?.inputRequests, answer: done?.answer },
    {
      type: "input_required",
      requests: { question: { method: "elicitation/create", params: { message: "who?" } } },
      answer: { action: "accept", content: {} },
    },
  );
});

test("somebody else's state, a used one and one of ours that is made up are refused alike", async () => {
  const { answerOf } = startFront({ handle: askOnce });
  const { requestState } = (await answerOf("tools/call", { name: "x" }, { capabilities: asking })).result ?? {};
  const responses = { inputResponses: { question: { action: "accept" } } };
  const codes: unknown[] = [];
  for (const [state, who] of [
    [requestState, "eve"],
    ["ours:made-up", "ada"],
    [requestState, "ada"],
    [requestState, "ada"],
  ]) {
    const { error } = await answerOf(
      "tools/call",
      { name: "x", requestState: state, ...responses },
      { who: String(who), capabilities: asking },
    );
    codes.push(error?.code);
  }
  assert.deepEqual(codes, [-32602, -32602, undefined, -32602]);
});

test("the state and answers of a server of 2026-07-28 are handed through to it", async () => {
  const seen: unknown[] = [];
  const { answerOf } = startFront({
    async handle({ params }) {
      seen.push(params);
      return { content: [] };
    },
  });
  await answerOf("tools/call", { name: "x", requestState: "theirs", inputResponses: { a: { action: "accept" } } });
  assert.deepEqual(seen, [{ name: "x", requestState: "theirs", inputResponses: { a: { action: "accept" } } }]);
});

test("who cannot be asked is not, and its calls need no connection of their own", async () => {
  const exclusive: unknown[] = [];
  const { answerOf } = startFront({
    async handle(request) {
      exclusive.push(request.options.exclusive);
      return await askOnce(request);
    },
  });
  const none = (await answerOf("tools/call", { name: "x" })).error;
  const list = (await answerOf("completion/complete", {}, { capabilities: asking })).error;
  await answerOf("tools/call", { name: "x" }, { capabilities: asking });
  assert.deepEqual(
    { codes: [none?.code, list?.code], exclusive },
    { codes: [-32601, -32601], exclusive: [false, false, true] },
  );
});

test("log messages reach a request that asked for them and no other, and changes reach none", async () => {
  const { answerOf } = startFront({
    async handle({ options }) {
      options.peer?.notify("notifications/message", { level: "info", data: options.logLevel });
      options.peer?.notify("notifications/tools/list_changed", undefined);
      return { content: [] };
    },
  });
  const quiet = await answerOf("tools/call", { name: "x" });
  const loud = await answerOf("tools/call", { name: "x" }, { meta: { "io.modelcontextprotocol/logLevel": "info" } });
  assert.deepEqual(
    { quiet: quiet.said, loud: loud.said.map(({ params }) => (params as Json).data) },
    { quiet: [], loud: ["info"] },
  );
});

test("progress comes under the caller's own token, and no route gets it, for lists neither", async () => {
  const seen: unknown[] = [];
  const { answerOf } = startFront({
    async handle({ params, options }) {
      seen.push((params?._meta as Json | undefined)?.progressToken);
      options.onprogress?.({ progress: 1 });
      return { content: [], tools: [] };
    },
  });
  const told = [];
  for (const method of ["tools/call", "tools/list"]) {
    const { said } = await answerOf(method, method === "tools/call" ? { name: "x" } : {}, {
      meta: { progressToken: "mine" },
    });
    told.push(said.map(({ params }) => (params as Json).progressToken));
  }
  assert.deepEqual({ seen, told }, { seen: [undefined, undefined], told: [["mine"], ["mine"]] });
});

test("a caller that goes away ends its call, and one that has its answer ends none", async () => {
  // The last is left to the SDK, which takes no request of somebody who is gone.
  const ways = [
    { method: "tools/call", params: { name: "x" }, capabilities: {} },
    { method: "tools/call", params: { name: "x" }, capabilities: asking },
    { method: "completion/complete", params: {}, capabilities: {} },
  ];
  const seen = [];
  for (const { method, params, capabilities } of ways) {
    for (const leaves of ["early", "late", "answered"]) {
      const gone = new AbortController();
      const signals: (AbortSignal | undefined)[] = [];
      const { send } = startFront({
        handle: ({ options: { signal } }) => {
          signals.push(signal);
          if (leaves === "answered") return Promise.resolve({ content: [] });
          return new Promise((_, reject) => {
            if (signal?.aborted) reject(signal.reason);
            signal?.addEventListener("abort", () => reject(signal.reason));
          });
        },
      });
      if (leaves === "early") gone.abort(new Error("gone"));
      const response = send(method, params, { capabilities, signal: gone.signal });
      await soon();
      gone.abort(new Error("gone"));
      await (await response).body?.cancel().catch(() => {});
      await soon();
      seen.push(`${leaves}: ${signals.map((signal) => signal?.aborted)}`);
    }
  }
  const plain = ["early: true", "late: true", "answered: false"];
  assert.deepEqual(seen, [...plain, ...plain, "early: ", "late: true", "answered: true"]);
});

const listen = { notifications: { toolsListChanged: true, resourceSubscriptions: ["test://one"] } };

test("who listens hears of changes, and its resources are asked for as long as it does", async () => {
  const { front, subscribed, send, tellChange, listening } = startFront();
  const gone = new AbortController();
  const response = await send("subscriptions/listen", listen, { signal: gone.signal });
  await soon();
  tellChange("notifications/tools/list_changed");
  tellChange("notifications/resources/updated", { uri: "test://one" });
  tellChange("notifications/message", { data: "for nobody" });
  const reader = response.body?.getReader();
  let text = "";
  while (!text.includes("resources/updated")) text += new TextDecoder().decode((await reader?.read())?.value);
  gone.abort();
  await soon();
  await front.close();
  assert.deepEqual(
    {
      status: response.status,
      heard: text.match(/notifications\/(tools\/list_changed|resources\/updated|message)/g),
      subscribed,
      listening: listening(),
    },
    {
      status: 200,
      heard: ["notifications/tools/list_changed", "notifications/resources/updated"],
      subscribed: ["resources/subscribe test://one", "resources/unsubscribe test://one"],
      listening: 1,
    },
  );
});

test("nothing is subscribed to for a listener that is gone already", async () => {
  const { front, subscribed, send, routes, listening } = startFront();
  const response = await send("subscriptions/listen", listen, { signal: AbortSignal.abort() });
  await response.body?.cancel().catch(() => {});
  await soon();
  await front.close();
  assert.deepEqual({ subscribed, routes, listening: listening() }, { subscribed: [], routes: [], listening: 0 });
});

test("routes that nobody used for a while are closed, and the one of changes when nobody listens any more", async () => {
  let finish: (result: Json) => void = () => {};
  const { front, clock, routes, send, answerOf } = startFront({
    handle: ({ params }) =>
      params?.name === "slow" ? new Promise((resolve) => (finish = resolve)) : Promise.resolve({ content: [] }),
  });
  const gone = new AbortController();
  await send("subscriptions/listen", listen, { signal: gone.signal });
  await answerOf("tools/call", { name: "x" });
  const slow = answerOf("tools/call", { name: "slow" }, { who: "eve" });
  await soon();
  const closed = () => routes.map(({ closed: one }) => one);
  clock.now = IDLE_MS - 1;
  front.sweep();
  const before = closed();
  clock.now = IDLE_MS;
  front.sweep();
  const idle = closed();
  gone.abort();
  finish({ content: [] });
  await slow;
  clock.now = 2 * IDLE_MS;
  front.sweep();
  assert.deepEqual(
    { before, idle, after: closed() },
    { before: [false, false, false], idle: [false, true, false], after: [true, true, true] },
  );
});

test("a caller of an earlier revision without a session is answered on the route of who can be asked nothing", async () => {
  const { front, routes, observed } = startFront({ handle: async ({ method }) => ({ method }) });
  const result = await front.answerSessionless(
    { method: "tools/list", params: undefined, options: {} },
    { name: "ada" },
  );
  assert.deepEqual(
    { result, routes: routes.length, observed },
    { result: { method: "tools/list" }, routes: 1, observed: ["ada"] },
  );
});

test("callers that are many, or describe themselves at length, keep no more routes than there is room for", async () => {
  const { routes, answerOf, front } = startFront();
  await answerOf(
    "tools/call",
    { name: "x" },
    { capabilities: { experimental: { long: { text: "x".repeat(LONGEST_CALLER_KEY) } } } },
  );
  const long = routes[0]?.closed;
  for (let at = 0; at <= MOST_ROUTES; at++) {
    await answerOf("tools/call", { name: "x" }, { capabilities: { experimental: { [String(at)]: {} } } });
    if (at % 2 === 1) await answerOf("tools/call", { name: "x" }, { capabilities: { experimental: { 0: {} } } });
  }
  assert.deepEqual(
    {
      long,
      kept: front.routes().length,
      made: routes.length,
      // The first is used again and again, so that the second is the one to go.
      closed: routes.slice(1, 4).map(({ closed }) => closed),
    },
    { long: true, kept: MOST_ROUTES, made: MOST_ROUTES + 2, closed: [false, true, false] },
  );
  await front.close();
});
