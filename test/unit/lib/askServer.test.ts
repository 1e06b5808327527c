import assert from "node:assert/strict";
import { test } from "node:test";
import { askServer, responseFetch } from "../../../src/lib/askServer.ts";
import type { HttpFetch, HttpRequest } from "../../../src/lib/httpPort.ts";
import { MAX_DOCUMENT_DEPTH, type RequestPolicy } from "../../../src/lib/limits.ts";
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

test("a library's fetch is held to the same limit before the library sees anything", async () => {
  const { response } = endless();
  const get = responseFetch(policy(), { fetch: async () => response() });
  await assert.rejects(get(url, {}), { name: "AnswerTooLarge" });
});

test("a library gets status, body and the headers it reads, and sends its form as a text", async () => {
  const headers = { "www-authenticate": "Bearer", "dpop-nonce": "n", "x-other": "x" };
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
      kept: { "content-type": "application/json", "www-authenticate": "Bearer", "dpop-nonce": "n" },
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

test("a status without a body, and a redirect that shows nothing, are no faults of ours", async () => {
  const answer = (response: unknown) =>
    responseFetch(policy(), { fetch: (async () => response) as HttpFetch })(url, {});
  assert.equal((await answer(new Response(null, { status: 204 }))).status, 204);
  await assert.rejects(answer({ status: 0, ok: false, headers: new Headers(), body: null }), TypeError);
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
