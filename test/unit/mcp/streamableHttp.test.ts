import assert from "node:assert/strict";
import { test } from "node:test";
import { type JSONRPCMessage, PROTOCOL_VERSION_META_KEY, SdkError, SdkHttpError } from "@modelcontextprotocol/client";
import type { HttpRequest } from "../../../src/lib/httpPort.ts";
import { MAX_LISTED_TEXT, MAX_STREAM_RETRY_MS, MIN_STREAM_RETRY_MS } from "../../../src/lib/limits.ts";
import { isListMethod, listMethods, lists } from "../../../src/mcp/lists.ts";
import { UNREAD } from "../../../src/mcp/pages.ts";
import { StreamableHttp } from "../../../src/mcp/streamableHttp.ts";

type Sent = HttpRequest & { readonly url: string };
type Server = (request: Sent, signal: AbortSignal) => Response | Promise<Response>;

const url = "https://gateway.example/mcp";

/** A transport to a server that answers so, and what it sends and hears. */
async function start(answer: Server, headers?: Record<string, string>) {
  const sent: Sent[] = [];
  const heard: unknown[] = [];
  const transport = new StreamableHttp(new URL(url), {
    ...(headers && { headers }),
    fetch: async (target, request = {}) => {
      const one = { ...request, url: String(target) };
      sent.push(one);
      request.signal?.throwIfAborted();
      const gone = new Promise<never>((_, reject) => {
        request.signal?.addEventListener("abort", () => reject(request.signal?.reason), { once: true });
      });
      gone.catch(() => {});
      return await Promise.race([gone, Promise.resolve(answer(one, request.signal as AbortSignal))]);
    },
  });
  transport.onmessage = (message) => void heard.push(message);
  transport.onerror = (error) => void heard.push(`error: ${error.message}`);
  transport.onclose = () => void heard.push("closed");
  await transport.start();
  return { transport, sent, heard };
}

const request = (method: string, params: object = {}): JSONRPCMessage =>
  ({ jsonrpc: "2.0", id: 1, method, params }) as JSONRPCMessage;
const modern = (method: string, params: object = {}) =>
  request(method, { ...params, _meta: { [PROTOCOL_VERSION_META_KEY]: "2026-07-28" } });
const answer = (id: number | string = 1, result: object = {}) => ({ jsonrpc: "2.0", id, result });
const events = (...lines: string[]) =>
  new Response(lines.map((line) => `${line}\n\n`).join(""), { headers: { "content-type": "text/event-stream" } });
const data = (value: object) => `data: ${JSON.stringify(value)}`;
const rejected = async (work: Promise<unknown>) => await work.then(() => undefined).catch((error: unknown) => error);
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

test("a session is named from its beginning to its end, with the revision that was agreed on", async () => {
  const { transport, sent } = await start(
    ({ method, body }) =>
      body?.includes("initialize")
        ? Response.json(answer(), { headers: { "mcp-session-id": "s1" } })
        : new Response(null, { status: method === "DELETE" ? 204 : 202 }),
    { "X-Api-Key": "k" },
  );
  await transport.send(request("initialize"));
  transport.setProtocolVersion("2025-11-25");
  await transport.send({ jsonrpc: "2.0", method: "notifications/progress" } as JSONRPCMessage);
  await transport.terminateSession();
  await transport.terminateSession();
  const common = { "x-api-key": "k", "mcp-session-id": "s1", "mcp-protocol-version": "2025-11-25" };
  const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  assert.deepEqual(
    sent.map(({ method, headers }) => ({ method, headers })),
    [
      { method: "POST", headers: { "x-api-key": "k", ...json } },
      { method: "POST", headers: { ...common, ...json } },
      { method: "DELETE", headers: common },
    ],
  );
});

test("a request of 2026-07-28 says in headers what it is, which nobody else can", async () => {
  const { transport, sent } = await start(() => Response.json(answer()));
  await transport.send(modern("tools/call", { name: "größe" }), {
    headers: { "Mcp-Param-Region": "eu", "Mcp-Method": "other", Authorization: "mine" },
  });
  await transport.send(modern("resources/read", { uri: "file:///a" }));
  await transport.send(modern("tools/list"));
  const named = ["mcp-protocol-version", "mcp-method", "mcp-name", "mcp-param-region", "authorization"];
  assert.deepEqual(
    sent.map(({ headers }) => named.map((name) => headers?.[name])),
    [
      ["2026-07-28", "tools/call", "=?base64?Z3LDtsOfZQ==?=", "eu", undefined],
      ["2026-07-28", "resources/read", "file:///a", undefined, undefined],
      ["2026-07-28", "tools/list", undefined, undefined, undefined],
    ],
  );
});

for (const [what, body, heard] of [
  ["one message", answer(), [answer()]],
  ["several", [answer(), answer(2)], [answer(), answer(2)]],
] as const) {
  test(`an answer in JSON is heard: ${what}`, async () => {
    const world = await start(() => Response.json(body));
    await world.transport.send(request("ping"));
    assert.deepEqual(world.heard, heard);
  });
}

const error = { code: -32000, message: "no" };
const elsewhere = { jsonrpc: "2.0", id: 1, error: { code: -32099, message: "the answer was to another request" } };
for (const [what, body, heard] of [
  ["a result of another request", answer(2), elsewhere],
  ["a result of a request that is named otherwise", answer("one"), elsewhere],
  ["an error of another request", { jsonrpc: "2.0", id: 2, error }, elsewhere],
  ["an error of none", { jsonrpc: "2.0", id: null, error }, { jsonrpc: "2.0", id: 1, error }],
  ["an error without an id", { jsonrpc: "2.0", error }, { jsonrpc: "2.0", id: 1, error }],
  ["the same number as a text", answer("1"), answer("1")],
] as const) {
  test(`a request does not wait for ever that is answered with ${what}`, async () => {
    const open = new TransformStream<Uint8Array>();
    const [json, stream] = [
      await start(() => Response.json(body)),
      await start(() => new Response(open.readable, { headers: { "content-type": "text/event-stream" } })),
    ];
    await json.transport.send(request("ping"));
    await stream.transport.send(request("ping"));
    // The server leaves its stream open.
    await open.writable.getWriter().write(new TextEncoder().encode(`${data(body)}\n\n`));
    await until(() => stream.heard.length > 0);
    await stream.transport.close();
    assert.deepEqual([json.heard, stream.heard.slice(0, 1)], [[heard], [heard]]);
  });
}

test("a request whose answer in JSON has none is told that none comes", async () => {
  const { transport, heard } = await start(() => Response.json({ jsonrpc: "2.0", method: "notifications/message" }));
  await transport.send(request("ping"), { onRequestStreamEnd: () => void heard.push("ended") });
  assert.deepEqual(heard.slice(1), ["ended"]);
});

test("an answer that is no message is an error for whoever asked", async () => {
  const [page, text, other] = [
    await start(() => new Response("<html>", { headers: { "content-type": "text/html" } })),
    await start(() => new Response("{", { headers: { "content-type": "application/json" } })),
    await start(() => Response.json({ jsonrpc: "2.0", id: 1, result: "none" })),
  ];
  const [noMessage, noJson, noResult] = [
    await rejected(page.transport.send(request("ping"))),
    await rejected(text.transport.send(request("ping"))),
    await rejected(other.transport.send(request("ping"))),
  ];
  assert.deepEqual(
    [SdkError.isInstance(noMessage) && noMessage.data, (noJson as Error).name, noResult instanceof Error],
    [{ contentType: "text/html" }, "SyntaxError", true],
  );
});

test("a refusal is told with its status and its words, or as the answer that a server of 2026-07-28 gives with it", async () => {
  const error = { jsonrpc: "2.0", id: 1, error: { code: -32020, message: "headers" } };
  const { transport, heard } = await start(() => Response.json(error, { status: 400 }));
  const refused = await rejected(transport.send(request("ping")));
  await transport.send(modern("tools/call"));
  assert.ok(SdkHttpError.isInstance(refused));
  assert.deepEqual([refused.status, refused.data?.text, heard.at(-1)], [400, JSON.stringify(error), error]);
});

test("a stream that broke off goes on where it was, and a stream without ids is over", async () => {
  const { transport, sent, heard } = await start(({ method, headers }) => {
    if (method === "POST") return events("retry: 1\nid: a\ndata:", "id: b\ndata: {");
    return headers?.["last-event-id"] === "b" ? events(data(answer())) : new Response(null, { status: 405 });
  });
  let ended = 0;
  await transport.send(request("tools/call"), { onRequestStreamEnd: () => ended++ });
  await until(() => heard.length === 2);
  const other = await start(() => events("data:"));
  await other.transport.send(request("tools/call"), { onRequestStreamEnd: () => ended++ });
  await until(() => ended === 1);
  assert.deepEqual([sent.map(({ method }) => method), heard[1], other.sent.length], [["POST", "GET"], answer(), 1]);
});

test("a stream that asks to be opened again at once is not, and one that asks for never is, within the hour", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const turns = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const found: number[] = [];
  for (const [retry, firstMs, thenMs] of [
    ["0", MIN_STREAM_RETRY_MS - 1, 1],
    ["99999999999999", MAX_STREAM_RETRY_MS - 1, 1],
  ] as const) {
    const { transport, sent } = await start(({ method }) =>
      method === "POST" ? new Response(null, { status: 202 }) : events(`retry: ${retry}\ndata:`),
    );
    await transport.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    for (const ms of [0, firstMs, thenMs]) {
      t.mock.timers.tick(ms);
      await turns();
      found.push(sent.length - 1);
    }
    await transport.close();
  }
  assert.deepEqual(found, [1, 1, 2, 1, 1, 2]);
});

test("a stream that ends at once, or that has nothing but comments, is opened again ever less often; one that brought something is not", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const turns = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const news = data({ jsonrpc: "2.0", method: "notifications/tools/list_changed" });
  const secondsOf = async (stream: (asked: number) => Response) => {
    let asked = 0;
    const { transport, sent } = await start(({ method }) =>
      method === "POST" ? new Response(null, { status: 202 }) : stream(asked++),
    );
    await transport.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    await turns();
    const found: number[] = [];
    for (let second = 1; second <= 200; second++) {
      const before = sent.length;
      t.mock.timers.tick(1000);
      await turns();
      if (sent.length > before) found.push(second);
    }
    await transport.close();
    return found.slice(0, 8);
  };
  const typed = { headers: { "content-type": "text/event-stream" } };
  const rarely = [1, 3, 7, 15, 31, 63, 123, 183];
  assert.deepEqual(
    {
      empty: await secondsOf(() => new Response("", typed)),
      untyped: await secondsOf(() => new Response(new Uint8Array())),
      comments: await secondsOf(() => events(": here")),
      news: await secondsOf(() => events(news)),
      newsOnce: await secondsOf((asked) => events(asked === 2 ? news : ": here")),
      page: await secondsOf(() => new Response("<html>", { headers: { "content-type": "text/html" } })),
      none: await secondsOf(() => new Response(null, { status: 204 })),
    },
    {
      empty: rarely,
      untyped: rarely,
      comments: rarely,
      news: [1, 2, 3, 4, 5, 6, 7, 8],
      newsOnce: [1, 3, 4, 6, 10, 18, 34, 66],
      page: [],
      none: [],
    },
  );
});

test("what a server says on its own is heard from the moment it is ready, and until the end", async () => {
  const news = { jsonrpc: "2.0", method: "notifications/tools/list_changed" };
  const { transport, sent, heard } = await start(({ method }, signal) => {
    if (method === "POST") return new Response(null, { status: 202 });
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`${data(news)}\n\n`));
        signal.addEventListener("abort", () => controller.error(signal.reason), { once: true });
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  });
  await transport.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await until(() => heard.length === 1);
  await transport.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(
    [heard, sent.map(({ method }) => method)],
    [
      [news, "closed"],
      ["POST", "GET"],
    ],
  );
});

/** A stream of these events, and then of as many as are read. It is there at once, as what was received is. */
function endless(first: readonly object[], next: object, most: number) {
  const bytes = (messages: readonly object[]) =>
    new TextEncoder().encode(messages.map((message) => `${data(message)}\n\n`).join(""));
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes(first)),
    pull(controller) {
      controller.enqueue(bytes(Array.from({ length: 100 }, () => next)));
      sent += 100;
      if (sent >= most) controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

const news = { jsonrpc: "2.0", method: "notifications/message" };
for (const [what, method, sends] of [
  ["after its answer", "POST", request("tools/call")],
  ["by itself, answers to nothing among it", "GET", { jsonrpc: "2.0", method: "notifications/initialized" }],
] as const) {
  test(`others have their turns while a server says without end what it says ${what}`, async () => {
    const { transport, heard } = await start((sent) =>
      sent.method === method ? endless([answer()], news, 100_000) : new Response(null, { status: 202 }),
    );
    const heardAtTurns: number[] = [];
    await transport.send(sends as JSONRPCMessage);
    await until(() => heardAtTurns.push(heard.length) > 0 && heard.length > 200);
    await transport.close();
    const steps = heardAtTurns.map((count, at) => count - (heardAtTurns[at - 1] ?? 0));
    assert.ok(Math.max(...steps) <= 100, `heard from turn to turn, at most: ${Math.max(...steps)}`);
  });
}

test("a stream that its server does not end after the answer is left a moment later, and says no more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const signals: AbortSignal[] = [];
  const { transport, heard } = await start((_, signal) => {
    signals.push(signal);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`${data(answer())}\n\n`));
        if (signals.length > 1) controller.close();
        else signal.addEventListener("abort", () => controller.error(signal.reason), { once: true });
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  });
  await transport.send(request("tools/call"));
  await until(() => heard.length === 1);
  await transport.send(request("tools/call"));
  await until(() => heard.length === 2);
  t.mock.timers.tick(999);
  const before = signals.map(({ aborted }) => aborted);
  t.mock.timers.tick(1);
  const after = signals.map(({ aborted }) => aborted);
  await new Promise((resolve) => setImmediate(resolve));
  // Whoever waits for the end of the stream has had the answer.
  assert.deepEqual(
    { before, after, heard },
    { before: [false, false], after: [true, false], heard: [answer(), answer()] },
  );
});

test("a request ends with its signal, silently, and with the transport", async () => {
  const { transport, heard } = await start(() => new Promise<Response>(() => {}));
  const cancelled = new AbortController();
  const first = rejected(transport.send(request("tools/call"), { requestSignal: cancelled.signal }));
  const second = rejected(transport.send(request("tools/call")));
  cancelled.abort(new Error("not wanted"));
  const firstError = (await first) as Error;
  await transport.close();
  const afterwards = (await rejected(transport.send(request("ping")))) as Error;
  assert.deepEqual(
    [firstError.message, ((await second) as Error).name, afterwards.name, heard.includes("error: not wanted")],
    ["not wanted", "AbortError", "AbortError", false],
  );
});

test("a redirect is followed where it keeps the method and the origin, and is a refusal elsewhere", async () => {
  const { transport, sent } = await start(({ url: at }) => {
    if (at.endsWith("/mcp")) return new Response(null, { status: 308, headers: { location: "/moved" } });
    return Response.json(answer());
  });
  await transport.send(request("ping"));
  const away = await start(
    () => new Response(null, { status: 307, headers: { location: "https://evil.example/x?q" } }),
  );
  const refused = (await rejected(away.transport.send(request("ping")))) as Error;
  const lost = await start(() => new Response(null, { status: 302, headers: { location: "/moved" } }));
  await rejected(lost.transport.send(request("ping")));
  assert.deepEqual(
    [sent.map(({ url: at, method }) => `${method} ${at}`), away.sent.length, lost.sent.length, refused.message],
    [
      ["POST https://gateway.example/mcp", "POST https://gateway.example/moved"],
      1,
      1,
      "Error POSTing to endpoint: Redirect to https://evil.example/x not followed",
    ],
  );
});

for (const [form, head, begin, end] of [
  ["in JSON", "application/json", "", ""],
  ["in an event", "text/event-stream", "data: ", "\n\n"],
] as const) {
  test(`a list ${form} that is longer than one may be is read up to there, and a result of that size whole`, async () => {
    const text = "x".repeat(1024 * 1024);
    let taken = 0;
    const { transport, heard } = await start(({ body }) => {
      const { method } = JSON.parse(body as string) as { readonly method: string };
      const field = isListMethod(method) ? lists[method].field : "content";
      const items = Array.from({ length: 8 }, (_, at) => ({ name: `${at}`, text }));
      const said = Buffer.from(`${begin}${JSON.stringify(answer(1, { [field]: items, nextCursor: "more" }))}${end}`);
      taken = 0;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(said.subarray(taken, taken + 64 * 1024));
          taken += 64 * 1024;
          if (taken >= said.length) controller.close();
        },
      });
      return new Response(stream, { headers: { "content-type": head } });
    });
    const found: unknown[] = [];
    for (const method of [...listMethods, "tools/call"]) {
      await transport.send(request(method));
      await until(() => heard.some((one) => typeof one === "object"));
      const { result } = heard.find((one) => typeof one === "object") as { readonly result: object };
      heard.splice(0);
      const [field, items] = Object.entries(result).find(([, value]) => Array.isArray(value)) as [string, object[]];
      const isShort = taken < MAX_LISTED_TEXT + text.length;
      found.push([field, items.length, (result as { nextCursor?: string }).nextCursor, isShort]);
    }
    await transport.close();
    const most = Math.floor(MAX_LISTED_TEXT / text.length) - 1;
    assert.deepEqual(found, [
      ...listMethods.map((method) => [lists[method].field, most, UNREAD, true]),
      ["content", 8, "more", false],
    ]);
  });
}

test("an answer that is too long and no list is refused to whoever asked for one", async () => {
  const { transport } = await start(() => Response.json({ error: "x".repeat(MAX_LISTED_TEXT) }));
  const refused = (await rejected(transport.send(request("tools/list")))) as Error;
  const events = await start(
    () =>
      new Response(`data: ${"x".repeat(MAX_LISTED_TEXT + 1)}`, { headers: { "content-type": "text/event-stream" } }),
  );
  await events.transport.send(request("tools/list"));
  await until(() => events.heard.some((one) => typeof one === "object"));
  const told = events.heard.find((one) => typeof one === "object") as { readonly error: { readonly message: string } };
  assert.deepEqual(
    [refused.message, told.error.message],
    ["the answer is larger than 6 MiB", "the answer is larger than 6 MiB"],
  );
});
