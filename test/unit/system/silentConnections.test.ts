import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type TestContext, test } from "node:test";
import { boundSilentCallers } from "../../../src/system/silentConnections.ts";
import { until } from "../../support/until.ts";

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A server that bears two silent connections, reads bodies, and answers all but what is to wait. */
async function boundedServer(t: TestContext) {
  const waiting: Asked[] = [];
  const server = createServer((request, response) => {
    if (request.url !== "/unread") request.resume();
    if (request.url === "/waits" || request.url === "/unread") waiting.push({ request, response });
    else request.once("end", () => response.end("answered"));
  });
  boundSilentCallers(server, 2);
  t.after(() => void server.close().closeAllConnections());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  return {
    waiting,
    async open(said = "") {
      const before = connections;
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      const seen = { said: "", ended: false };
      socket
        .setEncoding("utf8")
        .on("data", (piece) => {
          seen.said += piece;
        })
        .on("error", () => {})
        .on("close", () => {
          seen.ended = true;
        });
      t.after(() => socket.destroy());
      socket.write(said);
      await until(() => connections > before, "the connection");
      const answered = async (times = 1) => await until(() => seen.said.split("answered").length > times, "the answer");
      return { seen, socket, answered };
    },
  };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`;
const post = (path: string, body: string, length = body.length) =>
  `POST ${path} HTTP/1.1\r\nHost: here\r\nContent-Length: ${length}\r\n\r\n${body}`;
const ended = (all: readonly { readonly seen: { readonly ended: boolean } }[]) => all.map(({ seen }) => seen.ended);

test("one connection more than the most ends the one that has been idle longest, and none that waits for its answer", async (t) => {
  const { open, waiting } = await boundedServer(t);
  const waits = await open(get("/waits"));
  await until(() => waiting.length === 1, "the request");
  const first = await open(get("/"));
  await first.answered();
  const second = await open(get("/"));
  await second.answered();
  // It is the one that was idle longest, until it asks again.
  first.socket.write(get("/"));
  await first.answered(2);
  const third = await open(get("/"));
  await until(() => second.seen.ended, "the end of the one that was idle longest");
  waiting[0]?.response.end("answered");
  await waits.answered();
  await third.answered();
  assert.deepEqual(ended([waits, first, second, third]), [false, false, true, false]);
});

test("whoever never ends the body of a request is silent, in parts or by its length, and whoever ends it is not", async (t) => {
  const { open, waiting } = await boundedServer(t);
  const half = await open(post("/waits", "{", 100));
  await until(() => waiting.length === 1, "the request");
  const chunked = await open("POST /waits HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n");
  await until(() => waiting.length === 2, "the request in parts");
  const whole = await open(post("/waits", "{}"));
  await until(() => half.seen.ended, "the end of the oldest that never ends");
  await until(() => waiting[2]?.request.readableEnded === true, "the whole request");
  const empty = await open(post("/unread", ""));
  const bare = await open(get("/unread"));
  await until(() => waiting.length === 5, "the requests without a body");
  const silent = [await open(), await open()];
  await until(() => chunked.seen.ended, "the end of the next");
  assert.deepEqual(ended([half, chunked, whole, empty, bare, ...silent]), [
    ...[true, true],
    ...[false, false, false, false, false],
  ]);
});

test("a connection that was answered before the rest of its body came is silent when that has come", async (t) => {
  const { open, waiting } = await boundedServer(t);
  const early = await open(post("/unread", "{", 2));
  await until(() => waiting.length === 1, "the request");
  waiting[0]?.response.end("answered");
  await early.answered();
  early.socket.write("}");
  await until(() => waiting[0]?.request.complete === true, "the rest");
  const others = [await open(), await open()];
  await until(() => early.seen.ended, "the end of the one that was answered");
  assert.deepEqual(ended(others), [false, false]);
});

test("a connection is not silent while the second of two requests that came at once waits for its answer", async (t) => {
  const { open, waiting } = await boundedServer(t);
  const both = await open(get("/waits") + get("/waits"));
  await until(() => waiting.length === 2, "both requests");
  waiting[0]?.response.end("answered");
  await both.answered();
  const others = [await open(), await open(), await open()];
  await until(() => others[0]?.seen.ended === true, "the end of the oldest that says nothing");
  waiting[1]?.response.end("answered");
  await both.answered(2);
  assert.deepEqual(ended([both, ...others]), [false, true, false, false]);
});
