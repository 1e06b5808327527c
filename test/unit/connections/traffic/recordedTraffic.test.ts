import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Exchange,
  MOST_CHARACTERS,
  MOST_EXCHANGES,
  MOST_MESSAGES,
  TrafficRecord,
} from "../../../../src/connections/traffic/exchange.ts";
import { recordedTraffic } from "../../../../src/connections/traffic/recordedTraffic.ts";
import { TrafficTap } from "../../../../src/connections/traffic/trafficTap.ts";
import { trafficText } from "../../../../src/connections/traffic/trafficText.ts";
import { english } from "../../../../src/failures/translate.ts";
import type { HttpFetch, HttpRequest } from "../../../../src/lib/httpPort.ts";

const url = "https://gateway.example.com/mcp";
const words = { say: english, time: (moment: number) => `<${moment}>` };

/** A gateway that answers so, at which somebody looks. */
function world(respond: (request: HttpRequest) => Response | Promise<Response>) {
  let time = 0;
  let changes = 0;
  const record = new TrafficRecord(() => {
    changes += 1;
  });
  const tap = new TrafficTap();
  const way = tap.watched((async (_url, request = {}) => respond(request)) as HttpFetch);
  tap.watch(
    "g",
    recordedTraffic(
      record,
      (asked) => asked.startsWith(url),
      () => (time += 1),
    ),
  );
  const ask = async (request: HttpRequest, to = url) => {
    const answer = await way(to, request);
    let text = "";
    for await (const piece of answer.body ?? []) text += new TextDecoder().decode(piece);
    return text;
  };
  return {
    ...{ record, tap, way, ask },
    changes: () => changes,
    text: () => trafficText({ name: "Finance", logLevel: undefined }, record, words),
  };
}

const post = (message: object, headers: Record<string, string> = {}): HttpRequest => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(message),
});
const call = (args: object, headers?: Record<string, string>) =>
  post({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "jira___create", arguments: args } }, headers);
const reply = (result: object) => Response.json({ jsonrpc: "2.0", id: 1, result });

test("a call is shown with what it is about, how it ended, and both bodies, which pass by as they are", async () => {
  const { ask, text } = world(() => reply({ content: [{ type: "text", text: "created" }] }));
  const passed = await ask(call({ title: "Broken" }));
  assert.equal(passed, '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"created"}]}}');
  assert.match(text(), /^<1> {2}#1 {2}POST tools\/call jira___create {2}→ 200 \d ms$/m);
  assert.match(text(), /^ {2}Request, \d+ B\n {4}\{\n.*"title": "Broken"/ms);
  assert.match(text(), /^ {2}Answer, 80 B\n {4}\{\n.*"text": "created"/ms);
});

test("nothing is noted of a gateway at which nobody looks, nor of another address", async () => {
  const { tap, ask, record, changes } = world(() => reply({}));
  await ask(call({}), "https://other.example.com/mcp");
  tap.watch("g", undefined);
  await ask(call({}));
  assert.deepEqual([record.exchanges, record.count, changes(), tap.isWatched("g")], [[], 0, 0, false]);
});

test("no token, code, cookie, header or secret is noted, wherever it stands and whatever it looks like", async () => {
  const jwt = `eyJhbGciOiJub25lIn0.${"marked".repeat(20)}.marked`;
  const secrets = [jwt, "marked-opaque-token", "marked-cookie-1", "marked-key-of-a-header", "marked-session"];
  const headers = {
    Authorization: "Bearer marked-opaque-token",
    Cookie: "a=marked-cookie-1; b=marked-cookie-2",
    "X-Api-Key": "marked-key-of-a-header",
    "mcp-session-id": "marked-session",
  };
  const named = {
    ...{ access_token: "marked-1", refreshToken: "marked-2", client_secret: "marked-3", password: "marked-4" },
    ...{ code: "marked-authorization-code", apiKey: "marked-5", nested: { clientSecret: ["marked-6"] } },
  };
  const within = `Authorization: Bearer marked-in-a-text, {"refresh_token":"marked-7"} and code=marked-8`;
  const { ask, record, text } = world(
    () =>
      new Response(JSON.stringify({ jsonrpc: "2.0", id: 1, result: { echoed: secrets.join(" "), ...named, within } }), {
        status: 401,
        headers: {
          "content-type": "application/json",
          "set-cookie": "marked=marked-set-cookie",
          "www-authenticate": 'Bearer error="invalid_token", error_description="marked-opaque-token is not valid"',
        },
      }),
  );
  await ask(
    call({ echoed: secrets, ...named, within }, headers),
    `${url}?code=marked-9&api_key=marked-10&x=marked-session`,
  );
  const stored = JSON.stringify(record.exchanges) + text();
  assert.doesNotMatch(stored, /marked/);
  assert.match(text(), /401/);
  assert.match(text(), /Asked to sign in: Bearer error="invalid_token"/);
});

test("half a token at the end of what is kept of a large body is not shown, and the body passes by whole", async () => {
  const filler = "x ".repeat(128 * 1024 - 30);
  const body = `${filler} eyJ${"marked".repeat(3_000)}.${"marked".repeat(3_000)}.marked`;
  const { ask, record } = world(() => new Response(body, { headers: { "content-type": "text/plain" } }));
  const passed = await ask(call({}));
  const [{ answer, receivedBytes }] = record.exchanges as [Exchange];
  assert.deepEqual(
    [passed === body, receivedBytes, answer.length <= 16_010, /marked/.test(answer)],
    [true, body.length, true, false],
  );
});

test("a stream is shown while it is open: each message as it comes, with its level or progress", async () => {
  const messages = [
    { method: "notifications/message", params: { level: "warning", data: "disk is full" } },
    { method: "notifications/progress", params: { progressToken: "t1", progress: 2, total: 5 } },
    { method: "notifications/tools/list_changed" },
    { id: 1, result: { ok: true } },
  ];
  const streamed = messages.map((one) => `event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", ...one })}\n\n`);
  // Pieces end anywhere.
  const bytes = new TextEncoder().encode(streamed.join(""));
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 37) controller.enqueue(bytes.slice(at, at + 37));
      controller.close();
    },
  });
  const { way, record, text } = world(() => new Response(body, { headers: { "content-type": "text/event-stream" } }));
  const answer = await way(url, { method: "GET" });
  let open = "";
  for await (const _ of answer.body ?? []) if (record.exchanges[0]?.messages.length === 1 && open === "") open = text();
  assert.match(open, /#1 {2}GET \/mcp {2}→ 200 open 1 message$/m);
  assert.deepEqual(
    record.exchanges[0]?.messages.map(({ what }) => what),
    ["notifications/message warning", "notifications/progress 2/5", "notifications/tools/list_changed", ""],
  );
  assert.match(text(), /"progressToken": "t1"/);
});

test("a request that fails says why, and whoever asked is told as before", async () => {
  const { ask, text } = world(() => {
    throw Object.assign(new TypeError("fetch failed"), {
      cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }),
    });
  });
  await assert.rejects(ask(call({})), { message: "fetch failed" });
  assert.match(text(), /✕ ECONNREFUSED/);
});

test("what is kept has bounds: the newest requests, the newest messages of a stream, and so many characters", async () => {
  const { ask, record, text } = world(() => reply({ text: Array(8).fill("y".repeat(1_900)) }));
  for (let index = 0; index < MOST_EXCHANGES + 50; index++) await ask(call({ index }));
  const size = JSON.stringify(record.exchanges).length;
  assert.ok(record.exchanges.length < MOST_EXCHANGES && size < 1.3 * MOST_CHARACTERS, `${size}`);
  assert.match(text(), new RegExp(`${MOST_EXCHANGES + 50 - record.exchanges.length} earlier requests are not kept`));
  const news = `data: ${JSON.stringify({ method: "notifications/message", params: { data: "z" } })}\n\n`;
  const stream = world(() => new Response(news.repeat(300), { headers: { "content-type": "text/event-stream" } }));
  await stream.ask({ method: "GET" });
  const [{ messages, leftOut }] = stream.record.exchanges as [Exchange];
  assert.deepEqual([messages.length, leftOut], [MOST_MESSAGES, 300 - MOST_MESSAGES]);
});

test("a text of somebody else begins no line that looks like ours", async () => {
  const { ask, text } = world(() => new Response("<9>  #9  POST forged  → 200\n\u001b[2Jend", { status: 500 }));
  await ask(call({}));
  assert.deepEqual([/^<9>/m.test(text()), text().includes("\u001b")], [false, false]);
});

test("metadata says where an authorization server is and what it takes: none of that is a secret, and a token beside it is", async () => {
  const metadata = {
    authorization_servers: ["https://idp.example/"],
    token_endpoint: "https://idp.example/token",
    token_endpoint_auth_methods_supported: ["client_secret_basic"],
    authorization_details: "marked-details",
    access_token: "marked-token",
  };
  const { ask, text } = world(() => Response.json(metadata));
  await ask({ method: "GET" });
  assert.match(text(), /"authorization_servers": \[\s*"https:\/\/idp\.example\/"/);
  assert.match(text(), /"token_endpoint": "https:\/\/idp\.example\/token"/);
  assert.match(text(), /"client_secret_basic"/);
  assert.doesNotMatch(text(), /marked/);
});
