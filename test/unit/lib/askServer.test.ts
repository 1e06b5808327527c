import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { askServer, responseFetch } from "../../../src/lib/askServer.ts";
import type { HttpFetch, HttpRequest } from "../../../src/lib/httpPort.ts";
import { MAX_DOCUMENT_DEPTH, type RequestPolicy } from "../../../src/lib/limits.ts";
import { environmentFetch } from "../../../src/system/environmentFetch.ts";
import { fakeNetwork, json } from "../../support/fakePorts.ts";

const url = "https://login.example.com/keys";
const policy = (more: Partial<RequestPolicy> = {}): RequestPolicy => ({
  maxBytes: 1000,
  timeoutMs: 60_000,
  redirects: "none",
  ...more,
});

/** A body that never ends, and how many bytes of it were taken. */
function endless() {
  const seen = { bytes: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      seen.bytes += 100;
      controller.enqueue(new Uint8Array(100).fill(32));
    },
    cancel() {
      seen.cancelled = true;
    },
  });
  return { seen, response: () => new Response(body, { headers: { "content-type": "application/json" } }) };
}

test("an answer is read up to the limit, and one that has more is let go", async () => {
  const { seen, response } = endless();
  const whole = await askServer({ url }, policy(), { fetch: async () => new Response("x".repeat(1000)) });
  const more = await askServer({ url }, policy(), { fetch: async () => response() });
  assert.equal((await whole.text()).length, 1000);
  await assert.rejects(more.bytes(), { name: "AnswerTooLarge", maxBytes: 1000 });
  assert.deepEqual({ cancelled: seen.cancelled, few: seen.bytes <= 1300 }, { cancelled: true, few: true });
});

test("an answer that is taken piece by piece has the same limit, and none has no piece", async () => {
  const pieces = async (response: Response) => {
    let bytes = 0;
    const asked = await askServer({ url }, policy(), { fetch: async () => response });
    for await (const piece of asked.pieces()) bytes += piece.length;
    return bytes;
  };
  const { seen, response } = endless();
  const parts = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const size of [400, 600]) controller.enqueue(new Uint8Array(size));
        controller.close();
      },
    });
  assert.deepEqual([await pieces(new Response(parts())), await pieces(new Response(null, { status: 204 }))], [1000, 0]);
  await assert.rejects(pieces(response()), { name: "AnswerTooLarge", maxBytes: 1000 });
  assert.deepEqual({ cancelled: seen.cancelled, few: seen.bytes <= 1300 }, { cancelled: true, few: true });
});

test("an answer that nobody wants is let go, with a body or without", async () => {
  const { seen, response } = endless();
  await (await askServer({ url }, policy(), { fetch: async () => response() })).cancel();
  await (await askServer({ url }, policy(), { fetch: async () => new Response(null, { status: 204 }) })).cancel();
  assert.equal(seen.cancelled, true);
});

test("a library's fetch is held to the same limit before the library sees anything", async () => {
  const { response } = endless();
  const get = responseFetch(policy(), { fetch: async () => response() });
  await assert.rejects(get(url, {}), { name: "AnswerTooLarge" });
});

test("a library gets status, body and the headers it reads, and sends its form as a text", async () => {
  const read = { "www-authenticate": "Bearer", "dpop-nonce": "n", "retry-after": "5", date: "now" };
  const headers = { ...read, "x-other": "x" };
  const sent: HttpRequest[] = [];
  const fetch: HttpFetch = async (_, request) => {
    sent.push(request ?? {});
    return json({ error: "invalid_client" }, 401, headers);
  };
  const form = new URLSearchParams({ grant_type: "refresh_token" });
  const {
    status,
    headers: kept,
    ...response
  } = await responseFetch(policy(), { fetch })(url, {
    method: "POST",
    headers: new Headers({ Accept: "application/json" }),
    body: form,
  }).then(async (one) => ({ status: one.status, headers: Object.fromEntries(one.headers), body: await one.json() }));
  assert.deepEqual(
    { status, kept, body: response.body, sent: sent.map(({ signal: _, ...rest }) => rest) },
    {
      status: 401,
      kept: { "content-type": "application/json", ...read },
      body: { error: "invalid_client" },
      sent: [
        {
          method: "POST",
          headers: { accept: "application/json" },
          body: "grant_type=refresh_token",
          redirect: "manual",
        },
      ],
    },
  );
});

test("a library that asks for a document sends GET, without a body and with no header of ours", async () => {
  const sent: HttpRequest[] = [];
  const fetch: HttpFetch = async (_, request) => {
    sent.push(request ?? {});
    return new Response("1");
  };
  const answer = await responseFetch(policy(), { fetch })(url, {});
  assert.deepEqual(
    {
      ...{ status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() },
      sent: sent.map(({ signal: _, ...rest }) => rest),
    },
    {
      ...{ status: 200, headers: { "content-type": "text/plain;charset=UTF-8" }, text: "1" },
      sent: [{ method: "GET", headers: {}, redirect: "manual" }],
    },
  );
});

test("a status without a body, and a redirect that shows nothing, are no faults of ours", async () => {
  const answer = (response: unknown) =>
    responseFetch(policy(), { fetch: (async () => response) as HttpFetch })(url, {});
  for (const status of [204, 205, 304]) {
    const response = await answer(new Response(null, { status }));
    assert.deepEqual([response.status, response.body], [status, null]);
  }
  await assert.rejects(answer({ status: 0, ok: false, headers: new Headers(), body: null }), (error: Error) => {
    assert.ok(error instanceof TypeError);
    assert.deepEqual(
      [error.message, (error.cause as Error).message],
      ["fetch failed", "a redirect, which is not followed"],
    );
    return true;
  });
});

test("a redirect is followed within its origin where the policy says so, and nowhere else", async () => {
  const redirect = (to: string) => new Response(null, { status: 307, headers: { location: to } });
  const at = async (location: string, redirects: RequestPolicy["redirects"]) => {
    const network = fakeNetwork({ [url]: redirect(location), "https://login.example.com/there": json({}) });
    const { status } = await askServer({ url }, policy({ redirects }), network);
    return { status, asked: network.urls().length };
  };
  assert.deepEqual(
    [
      await at("/there", "withinOrigin"),
      await at("/there", "none"),
      await at("https://other.example/there", "withinOrigin"),
      await at("http://login.example.com/there", "withinOrigin"),
    ],
    [
      { status: 200, asked: 2 },
      { status: 307, asked: 1 },
      { status: 307, asked: 1 },
      { status: 307, asked: 1 },
    ],
  );
});

test("a request ends with its caller, with the act it belongs to, or with its own time", async (t) => {
  // A request on the wire keeps the process alive until its time has come; this one has no wire.
  const wire = setInterval(() => {}, 1000);
  t.after(() => clearInterval(wire));
  const silent: HttpFetch = (_, request) =>
    new Promise((_, reject) => {
      const { signal } = request as { signal: AbortSignal };
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const caller = new AbortController();
  const cancelled = askServer({ url }, policy(), { fetch: silent, signal: caller.signal });
  caller.abort(new Error("cancelled"));
  await assert.rejects(cancelled, { message: "cancelled" });
  const late = new DOMException("late", "TimeoutError");
  const act = { fetch: silent, deadline: AbortSignal.abort(late) };
  await assert.rejects(askServer({ url }, policy(), act), { name: "TimeoutError" });
  await assert.rejects(askServer({ url }, policy({ timeoutMs: 1 }), { fetch: silent }), { name: "TimeoutError" });
});

test("a document that nests deeper than any real one is none, before anybody goes down in it", async () => {
  const nested = (depth: number) => `${"[".repeat(depth)}"]["${"]".repeat(depth)}`;
  const read = async (text: string) =>
    (await askServer({ url }, policy({ maxBytes: 1e6 }), { fetch: async () => new Response(text) })).json();
  await read(nested(MAX_DOCUMENT_DEPTH));
  await assert.rejects(read(nested(MAX_DOCUMENT_DEPTH + 1)), SyntaxError);
  await assert.rejects(read(nested(200_000)), SyntaxError);
});

/** A server that this process cannot keep from answering; it answers one request in so many milliseconds. */
async function serverApart(answersAfterMs: number) {
  const code = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:http").createServer((_, response) =>
      setTimeout(() => response.end("{}"), ${answersAfterMs}));
    server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`;
  const worker = new Worker(code, { eval: true });
  const [port] = await once(worker, "message");
  return { url: `http://127.0.0.1:${port}/keys`, stop: () => worker.terminate() };
}

const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test("an answer that came while this program stood still is in time, and one that does not come is not", async () => {
  const [prompt, never] = await Promise.all([serverApart(0), serverApart(600_000)]);
  try {
    const ask = (at: string) => askServer({ url: at }, policy({ timeoutMs: 400 }), { fetch: environmentFetch });
    await (await ask(prompt.url)).text();
    const answer = ask(prompt.url);
    await new Promise((done) => setImmediate(done));
    standStill(900);
    assert.equal(await (await answer).text(), "{}");
    await assert.rejects(ask(never.url), { name: "TimeoutError" });
  } finally {
    await Promise.all([prompt.stop(), never.stop()]);
  }
});

test("nothing keeps a request that is done, however it was done: what ended it no longer reaches it", async () => {
  const life = new AbortController();
  const signals: AbortSignal[] = [];
  const answers: readonly (() => Promise<Response>)[] = [
    async () => json({}),
    async () => json({}),
    async () => json({}),
    async () => await Promise.reject(new TypeError("fetch failed")),
  ];
  const reads = ["text", "cancel", "pieces", "text"] as const;
  for (const [at, answer] of answers.entries()) {
    const fetch = (async (_: string, request: HttpRequest) => {
      if (request.signal) signals.push(request.signal);
      return await answer();
    }) as unknown as HttpFetch;
    const asked = askServer({ url }, policy(), { fetch, signal: life.signal });
    const read = reads[at] ?? "text";
    const done = asked.then(async (it) => {
      if (read !== "pieces") return await it[read]();
      for await (const _ of it.pieces());
    });
    await done.catch((error: Error) => assert.equal(error.message, "fetch failed"));
  }
  assert.equal(getEventListeners(life.signal, "abort").length, 0);
  life.abort();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false, false, false],
  );
});
