import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest } from "../../../src/lib/httpPort.ts";
import { MAX_COOKIE_BYTES, MAX_COOKIES } from "../../../src/lib/limits.ts";
import { withStickyCookies } from "../../../src/mcp/stickyCookies.ts";

const url = "https://gw.example.com/mcp";

/** A server that sets these cookies, one list at each request; gives what it was sent. */
function server(...lists: readonly (readonly string[])[]) {
  const sent: (string | undefined)[] = [];
  const send = withStickyCookies(async (_to, { headers = {} }: HttpRequest = {}) => {
    const list = lists[sent.length] ?? [];
    sent.push(headers.cookie);
    return new Response(null, {
      headers: [...list.map((one): [string, string] => ["set-cookie", one]), ["date", "Sat, 28 Nov 2026 12:00:00 GMT"]],
    });
  });
  return { send, sent };
}

/** What is sent at the second request, after these were set at the first. */
async function back(list: readonly string[], to = url, from = url): Promise<string | undefined> {
  const { send, sent } = server(list);
  await send(from);
  await send(to);
  return sent[1];
}

test("cookies are given back as they were set, several of one answer too", async () => {
  const ends = "Expires=Sat, 05 Dec 2026 12:00:00 GMT";
  assert.deepEqual(
    [
      await back([`AWSALB=r1+/a=; ${ends}; Path=/`, `AWSALBCORS=r1; ${ends}; Path=/; SameSite=None; Secure`]),
      await back(['q="a b"', 'r="ab"', "s=", "t=\u00e9"]),
      ...(await Promise.all(["no pair", "=x", "a b=c", ""].map(async (one) => await back([one])))),
      await back(["a=1; HttpOnly; Max-Age=600; Partitioned"]),
    ],
    ["AWSALB=r1+/a=; AWSALBCORS=r1", 'r="ab"; s=', ...Array(4).fill(undefined), "a=1"],
  );
});

test("a cookie that is set again is another, and one that is taken back is none", async () => {
  const { send, sent } = server(
    ["a=1", "b=1", "c=1"],
    ["a=2", "b=; Max-Age=0"],
    ["c=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
  );
  for (let at = 0; at < 4; at++) await send(url);
  assert.deepEqual(sent, [undefined, "a=1; b=1; c=1", "c=1; a=2", "a=2"]);
});

test("cookies go to the origin that set them, whatever their domain, and below their path", async () => {
  const set = ["a=1; Domain=example.com"];
  assert.deepEqual(
    [
      await back(set, "https://other.example.com/mcp"),
      await back(set, "https://gw.example.com:8443/mcp"),
      await back(set, "http://gw.example.com/mcp"),
      await back(set, "https://gw.example.com/mcp/"),
      await back(["a=1; Path=/mcp"], "https://gw.example.com/mcp/x"),
      await back(["a=1; Path=/mcp"], "https://gw.example.com/mcpx"),
      await back(["a=1; Path=/other"]),
      await back(["a=1; Secure"], "http://gw.example.com/", "http://gw.example.com/"),
      await back(["a=1; Secure"], "http://localhost:1/", "http://localhost:1/"),
    ],
    [undefined, undefined, undefined, "a=1", "a=1", undefined, undefined, undefined, "a=1"],
  );
});

test("no more cookies are kept than 20, the newest, and none that is larger than 4 KiB", async () => {
  const many = Array.from({ length: MAX_COOKIES + 5 }, (_, at) => `c${at}=${at}`);
  const kept = (await back(many))?.split("; ") ?? [];
  const large = await back([`a=${"x".repeat(MAX_COOKIE_BYTES - 2)}`, `b=${"x".repeat(MAX_COOKIE_BYTES - 1)}`]);
  const flood = await back(Array.from({ length: 100 }, (_, at) => `c${at}=${"x".repeat(1000)}`));
  assert.deepEqual(
    [kept.length, kept[0], kept.at(-1), large?.startsWith("a="), large?.includes("b="), flood],
    [MAX_COOKIES, "c5=5", `c${MAX_COOKIES + 4}=${MAX_COOKIES + 4}`, true, false, undefined],
  );
});

test("a request with a cookie of its own keeps it, and its other headers", async () => {
  const seen: unknown[] = [];
  const send = withStickyCookies(async (_to, request) => {
    seen.push(request?.headers);
    return new Response(null, { headers: { "set-cookie": "a=1" } });
  });
  for (let at = 0; at < 2; at++) await send(url, { headers: { Cookie: "own=1", accept: "x" } });
  assert.deepEqual(seen, [
    { Cookie: "own=1", accept: "x" },
    { accept: "x", cookie: "own=1; a=1" },
  ]);
});
