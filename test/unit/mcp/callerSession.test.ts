import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MAX_INITIALIZE_BYTES, MOST_SESSIONS_OF_ONE } from "../../../src/lib/limits.ts";
import { CallerSession, type SessionWorld } from "../../../src/mcp/callerSession.ts";
import { CallerSessions } from "../../../src/mcp/callerSessions.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Caller, CallerRequest, Peer } from "../../../src/mcp/peer.ts";
import type { Route } from "../../../src/mcp/route.ts";
import { carriedAnswer } from "../../../src/mcp/wire/carriedResult.ts";
import { soon } from "../../support/mcpKernel.ts";
import { askedOverWeb } from "../../support/webExchange.ts";

type Who = { readonly name: string };

/** Sessions keep a process alive as long as their callers may come back. */
const opened: CallerSessions<Who>[] = [];
after(() => Promise.all(opened.map((sessions) => sessions.closeAll())));

/** Sessions of callers, with a route that answers as the test says. */
function startSessions({
  handle = async (_: CallerRequest): Promise<Json> => ({}),
  ...more
}: Partial<SessionWorld<Who, Route>> & { handle?: Route["handle"] } = {}) {
  const clock = { now: 0 };
  const routes: { readonly caller: Caller; readonly peer: Peer; closed: boolean }[] = [];
  const notified: string[] = [];
  const observed: string[] = [];
  const sessions = new CallerSessions<Who>({
    create: (id, _who, onClosed) =>
      new CallerSession<Who>(id, {
        serverInfo: { name: "us", version: "1" },
        capabilities: () => ({ tools: {}, logging: {} }),
        instructions: () => "Be kind.",
        now: () => clock.now,
        observe: async (answered, { name }) => {
          observed.push(name);
          return await answered;
        },
        route(caller, peer) {
          const route = { caller, peer, closed: false };
          routes.push(route);
          return {
            handle,
            notify: async (method) => void notified.push(method),
            sweep() {},
            async close() {
              route.closed = true;
            },
          };
        },
        onClosed,
        ...more,
      }),
    ownerOf: ({ name }) => name,
    isExpired: ({ startedAt }) => clock.now - startedAt > 100,
  });
  opened.push(sessions);
  const send = async (
    body: unknown,
    session?: string,
    { who = "ada", method = "POST", signal }: { who?: string; method?: string; signal?: AbortSignal } = {},
  ) => {
    const headers = {
      "content-type": "application/json",
      accept: method === "GET" ? "text/event-stream" : "application/json, text/event-stream",
      ...(session !== undefined && { "mcp-session-id": session }),
    };
    const init = { method, headers, ...(signal && { signal }) };
    const request = new Request("http://us.example/mcp", init);
    return await askedOverWeb((asked) => sessions.handle(asked, body, { name: who }), request);
  };
  const open = async () => (await send(initialize())).headers.get("mcp-session-id") ?? "";
  return { sessions, clock, routes, notified, observed, send, open };
}

const initialize = (
  params: object = {
    protocolVersion: "2025-11-25",
    capabilities: { elicitation: { form: {} } },
    clientInfo: { name: "editor", version: "2" },
  },
) => ({
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params,
});
const call = (params: Json = {}) => ({ jsonrpc: "2.0", id: 1, method: "tools/call", params });

/** The messages of an answer, in their order. */
const messagesOf = (text: string): Json[] =>
  text.startsWith("{")
    ? [JSON.parse(text) as Json]
    : [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? "") as Json);

test("the route of a session learns with each request who sent it", async () => {
  const senders: unknown[] = [];
  const { open, send } = startSessions({
    async handle({ options }) {
      senders.push(options.context);
      return {};
    },
  });
  await (await send(call({ name: "x" }), await open())).text();
  assert.deepEqual(senders, [{ name: "ada" }]);
});

test("a session is opened by initialize, says who we are, and has a route once something is asked", async () => {
  const { sessions, send, routes, notified, observed } = startSessions({
    handle: async ({ method, params }) => ({ method, params }),
  });
  const opened = await send(initialize());
  const id = opened.headers.get("mcp-session-id") ?? "";
  const [{ result }] = messagesOf(await opened.text()) as [{ result: Json }];
  const before = routes.length;
  await send({ jsonrpc: "2.0", method: "notifications/roots/list_changed" }, id);
  const [answer] = messagesOf(await (await send(call({ name: "x" }), id)).text());
  await send({ jsonrpc: "2.0", method: "notifications/roots/list_changed" }, id);
  await soon();
  await sessions.closeAll();
  assert.deepEqual(
    {
      server: result.serverInfo,
      instructions: result.instructions,
      before,
      answer: answer?.result,
      caller: routes[0]?.caller,
      notified,
      observed,
      left: sessions.size,
      closed: routes[0]?.closed,
    },
    {
      server: { name: "us", version: "1" },
      instructions: "Be kind.",
      before: 0,
      answer: { method: "tools/call", params: { name: "x" } },
      caller: { clientInfo: { name: "editor", version: "2" }, capabilities: { elicitation: { form: {} } } },
      notified: ["notifications/roots/list_changed"],
      observed: ["ada"],
      left: 0,
      closed: true,
    },
  );
});

test("a session is another's, expired, closed or unknown with the same answer", async () => {
  const { clock, send, open } = startSessions();
  const [id, closed] = [await open(), await open()];
  await send(undefined, closed, { method: "DELETE" });
  const answers = [await send(call(), id, { who: "eve" }), await send(call(), closed), await send(call(), "made up")];
  clock.now = 101;
  answers.push(await send(call(), id));
  const texts = await Promise.all(answers.map(async (one) => `${one.status} ${await one.text()}`));
  const error = { code: -32001, message: "Session not found or expired" };
  assert.deepEqual([...new Set(texts)], [`404 ${JSON.stringify({ jsonrpc: "2.0", id: 1, error })}`]);
});

test("a message without a session is refused, and leaves none behind", async () => {
  const { sessions, send } = startSessions();
  const refused = await send(call());
  const broken = await send(initialize({}));
  assert.deepEqual([refused.status, broken.status, sessions.size], [400, 400, 0]);
});

test("a session whose opening is refused does not stay", async () => {
  const { sessions } = startSessions();
  const headers = { "content-type": "application/json", accept: "text/plain" };
  const response = await askedOverWeb(
    (asked) => sessions.handle(asked, initialize(), { name: "ada" }),
    new Request("http://us.example/mcp", { method: "POST", headers }),
  );
  assert.deepEqual([response.status, sessions.size], [406, 0]);
});

test("a caller with too many sessions loses the one that was idle longest, and nobody else's ends", async () => {
  const { sessions, clock, send, open } = startSessions();
  const others = await send(initialize(), undefined, { who: "eve" });
  const ids: string[] = [];
  for (let at = 0; at < MOST_SESSIONS_OF_ONE; at++) {
    clock.now = at / 100;
    ids.push(await open());
  }
  clock.now = 50;
  const gone = new AbortController();
  // The oldest is in use, so that the second has been idle longest.
  await send(undefined, ids[0], { method: "GET", signal: gone.signal });
  const last = await open();
  const statuses = [
    (await send(call(), ids[0])).status,
    (await send(call(), ids[1])).status,
    (await send(call(), ids[2])).status,
    (await send(call(), last)).status,
    (await send(call(), others.headers.get("mcp-session-id") ?? "", { who: "eve" })).status,
  ];
  gone.abort();
  assert.deepEqual(
    { statuses, size: sessions.size },
    { statuses: [200, 404, 200, 200, 200], size: MOST_SESSIONS_OF_ONE + 1 },
  );
});

test("a caller whose sessions are all in use gets no other, nor does one that says too much of itself", async () => {
  const { sessions, send, open } = startSessions();
  const gone = new AbortController();
  for (let at = 0; at < MOST_SESSIONS_OF_ONE; at++) {
    await send(undefined, await open(), { method: "GET", signal: gone.signal });
  }
  const refused = await send(initialize());
  gone.abort();
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const body = " ".repeat(MAX_INITIALIZE_BYTES + 1);
  const tooLarge = await askedOverWeb(
    (asked) => sessions.handle(asked, initialize(), { name: "ada" }),
    new Request("http://us.example/mcp", { method: "POST", headers, body }),
  );
  assert.deepEqual([refused.status, tooLarge.status, sessions.size], [429, 413, MOST_SESSIONS_OF_ONE]);
});

test("sessions that are too old end when they are swept", async () => {
  const { sessions, clock, open } = startSessions();
  await open();
  clock.now = 50;
  await open();
  clock.now = 101;
  sessions.sweep();
  await soon();
  assert.equal(sessions.size, 1);
});

test("a session is idle since its last request or stream ended", async () => {
  let finish: (result: Json) => void = () => {};
  const { sessions, clock, send, open } = startSessions({ handle: () => new Promise((resolve) => (finish = resolve)) });
  const id = await open();
  const [session] = sessions.all();
  const opened = session?.idleSince;
  clock.now = 10;
  const answering = send(call(), id);
  await soon();
  const during = session?.idleSince;
  clock.now = 20;
  finish({});
  await (await answering).text();
  const after = session?.idleSince;
  const gone = new AbortController();
  await send(undefined, id, { method: "GET", signal: gone.signal });
  const listening = session?.idleSince;
  clock.now = 30;
  gone.abort();
  assert.deepEqual(
    { opened, during, after, listening, gone: session?.idleSince },
    { opened: 0, during: undefined, after: 20, listening: undefined, gone: 30 },
  );
});

test("progress comes under the caller's own token, and the route gets none of it", async () => {
  const { send, open } = startSessions({
    async handle({ params, options }) {
      options.onprogress?.({ progress: 1 });
      return { params };
    },
  });
  const response = await send(call({ name: "x", _meta: { progressToken: "mine" } }), await open());
  assert.deepEqual(
    messagesOf(await response.text()).map(({ params, result }) => params ?? result),
    [{ progress: 1, progressToken: "mine" }, { params: { name: "x" } }],
  );
});

test("a question goes with the call that asked it, an older one too, and a page to open gets an id", async () => {
  const peers: Peer[] = [];
  const finishes: ((result: Json) => void)[] = [];
  const { send, open } = startSessions({
    handle: ({ options }) =>
      new Promise((resolve) => {
        peers.push(options.peer as Peer);
        finishes.push(resolve);
      }),
  });
  const id = await open();
  const [answering, answeringOther] = [send(call(), id), send({ ...call(), id: 2 }, id)];
  await soon();
  void peers[0]
    ?.request(
      "elicitation/create",
      { mode: "url", url: "https://example.com" },
      { signal: new AbortController().signal },
    )
    .catch(() => {});
  await soon();
  for (const finish of finishes) finish({});
  const [asked, ...rest] = messagesOf(await (await answering).text());
  const other = messagesOf(await (await answeringOther).text());
  assert.deepEqual(
    {
      method: asked?.method,
      elicitationId: typeof (asked?.params as Json | undefined)?.elicitationId,
      rest: rest.length,
      other: other.length,
    },
    { method: "elicitation/create", elicitationId: "string", rest: 1, other: 1 },
  );
});

test("a question that is taken back is taken back from the caller too", async () => {
  const takeBack = new AbortController();
  const { send, open } = startSessions({
    async handle({ options }) {
      const asked = options.peer?.request("roots/list", undefined, { signal: takeBack.signal });
      await soon();
      takeBack.abort("taken back");
      await asked?.catch(() => {});
      return {};
    },
  });
  const response = await send(call(), await open());
  assert.deepEqual(
    messagesOf(await response.text()).map(({ method }) => method),
    ["roots/list", "notifications/cancelled", undefined],
  );
});

test("changes go on the stream that is there for them, and with a call where the caller has opened none", async () => {
  const changed = "notifications/tools/list_changed";
  const { send, open } = startSessions({
    async handle({ options }) {
      options.peer?.notify(changed, undefined);
      options.peer?.notify("notifications/message", { level: "info", data: 1 });
      await soon();
      return {};
    },
  });
  const id = await open();
  const without = messagesOf(await (await send(call(), id)).text()).map(({ method }) => method);
  const gone = new AbortController();
  const stream = await send(undefined, id, { method: "GET", signal: gone.signal });
  const withStream = messagesOf(await (await send({ ...call(), id: 2 }, id)).text()).map(({ method }) => method);
  const reader = stream.body?.getReader();
  const heard = messagesOf(new TextDecoder().decode((await reader?.read())?.value)).map(({ method }) => method);
  await reader?.cancel();
  assert.deepEqual(
    { without, withStream, heard },
    {
      without: [changed, "notifications/message", undefined],
      withStream: ["notifications/message", undefined],
      heard: [changed],
    },
  );
});

test("the log level of a session is for the servers behind us", async () => {
  const { send, open } = startSessions({ handle: async ({ method, params }) => ({ method, params }) });
  const level = { jsonrpc: "2.0", id: 3, method: "logging/setLevel", params: { level: "debug" } };
  const [answer] = messagesOf(await (await send(level, await open())).text());
  assert.deepEqual(answer?.result, { method: "logging/setLevel", params: { level: "debug" } });
});

test("a result that may be carried goes out in the bytes that it came in, and an observer sees whether it failed", async () => {
  const seen: unknown[] = [];
  const bytes = new TextEncoder().encode(`{"jsonrpc":"2.0","id":9,"result":{"content":[], "isError":true,"n":1.0}}`);
  const { send, open } = startSessions({
    async handle({ options }) {
      const carried = options.mayCarry ? carriedAnswer([bytes])?.result : undefined;
      if (options.onprogress) options.onprogress({ progress: 1 });
      return (carried ?? {}) as unknown as Json;
    },
    async observe(answered) {
      const { isError, content } = await answered;
      seen.push([isError, content]);
      return await answered;
    },
  });
  const id = await open();
  const json = await (await send(call(), id)).text();
  const streamed = await (await send({ ...call({ _meta: { progressToken: 1 } }), id: 2 }, id)).text();
  const result = `"result":{"content":[], "isError":true,"n":1.0}}`;
  assert.deepEqual(
    { json, streamed: streamed.endsWith(`data: {"jsonrpc":"2.0","id":2,${result}\n\n`), seen },
    {
      json: `{"jsonrpc":"2.0","id":1,${result}`,
      streamed: true,
      seen: [
        [true, undefined],
        [true, undefined],
      ],
    },
  );
});
