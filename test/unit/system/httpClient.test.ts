import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import { brotliCompressSync, createGzip, gzipSync } from "node:zlib";
import { AnswerTooLarge, type HttpAnswer, wholeBody } from "../../../src/lib/httpPort.ts";
import { type HttpClient, httpClient } from "../../../src/system/httpClient.ts";
import { keptAgents } from "../../../src/system/proxyAgents.ts";

const textOf = async ({ body }: HttpAnswer, maxBytes: number) =>
  new TextDecoder().decode(await wholeBody(body, maxBytes));

interface Served {
  readonly url: string;
  readonly client: HttpClient;
  /** Those that were opened, in their order. */
  readonly connections: readonly Socket[];
}

/** A server and a client of its own, which end with the test. */
async function served(t: TestContext, answer: RequestListener, idleMs?: number): Promise<Served> {
  const connections: Socket[] = [];
  const server = createServer(answer).on("connection", (socket) => connections.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = idleMs === undefined ? httpClient() : httpClient(keptAgents(idleMs));
  t.after(async () => {
    client.close();
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?a=1`, client, connections };
}

/** The next request, left to the test to answer. */
function held(): { readonly answer: RequestListener; readonly request: Promise<[IncomingMessage, ServerResponse]> } {
  let arrived: (both: [IncomingMessage, ServerResponse]) => void = () => {};
  const request = new Promise<[IncomingMessage, ServerResponse]>((resolve) => {
    arrived = resolve;
  });
  return { answer: (...both) => arrived(both), request };
}

describe("a request", () => {
  test("arrives with its method, headers and body, and its answer comes back", async (t) => {
    const { url, client } = await served(t, async (incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      const { "content-length": length, "x-one": one, "accept-encoding": encodings } = headers;
      const body = (await buffer(incoming)).toString();
      outgoing.writeHead(201, { "content-type": "application/json", "x-two": "2" });
      outgoing.end(JSON.stringify({ method, path, length, one, encodings, body }));
    });
    const answer = await client.fetch(url, { method: "POST", headers: { "x-one": "1" }, body: "größe" });
    assert.deepEqual(
      [answer.status, answer.ok, answer.headers.get("X-Two"), answer.headers.get("x-three"), answer.statusText],
      [201, true, "2", null, "Created"],
    );
    assert.deepEqual(JSON.parse(await textOf(answer, 1000)), {
      ...{ method: "POST", path: "/mcp?a=1", length: "7", one: "1", encodings: "gzip", body: "größe" },
    });
    const text = await textOf(await client.fetch(url, { body: "größe", method: "PUT" }), 1000);
    assert.deepEqual([JSON.parse(text).length, JSON.parse(text).body, JSON.parse(text).method], ["7", "größe", "PUT"]);
  });

  test("follows no redirect", async (t) => {
    const { url, client } = await served(t, (_, outgoing) => {
      outgoing.writeHead(307, { location: "https://elsewhere.example/" }).end();
    });
    const answer = await client.fetch(url, { method: "POST", body: "{}" });
    assert.deepEqual([answer.status, answer.headers.get("location")], [307, "https://elsewhere.example/"]);
    await textOf(answer, 0);
  });

  test("that cannot be sent fails as fetch does, with the reason as its cause", async (t) => {
    const { url, client } = await served(t, () => {});
    const unused = new URL(url);
    unused.port = "1";
    const failed = await client.fetch(unused, { method: "POST", body: "{}" }).catch((error: unknown) => error);
    assert.ok(failed instanceof TypeError);
    assert.equal((failed.cause as NodeJS.ErrnoException).code, "ECONNREFUSED");
    await assert.rejects(client.fetch("ftp://127.0.0.1/"), TypeError);
  });

  test("ends with its signal, before it was sent and while it waits", async (t) => {
    const { answer, request } = held();
    const { url, client, connections } = await served(t, answer);
    const reason = new Error("enough");
    await assert.rejects(client.fetch(url, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(connections.length, 0);
    const ending = new AbortController();
    const sent = client.fetch(url, { method: "POST", body: "{}", signal: ending.signal });
    const [{ socket }] = await request;
    ending.abort(reason);
    await assert.rejects(sent, reason);
    if (!socket.destroyed) await once(socket, "close");
  });
});

describe("an answer", () => {
  test("is read as it comes", async (t) => {
    const { answer, request } = held();
    const { url, client } = await served(t, answer);
    const sent = client.fetch(url);
    const [, outgoing] = await request;
    outgoing.writeHead(200).write("one");
    const read = ((await sent).body as NonNullable<HttpAnswer["body"]>)[Symbol.asyncIterator]();
    assert.equal(String((await read.next()).value), "one");
    outgoing.end("two");
    assert.equal(String((await read.next()).value), "two");
    assert.equal((await read.next()).done, true);
  });

  test("ends with its signal", async (t) => {
    const { answer, request } = held();
    const { url, client } = await served(t, answer);
    const ending = new AbortController();
    const sent = client.fetch(url, { signal: ending.signal });
    const [, outgoing] = await request;
    outgoing.writeHead(200).write("one");
    const read = ((await sent).body as NonNullable<HttpAnswer["body"]>)[Symbol.asyncIterator]();
    await read.next();
    const reason = new Error("enough");
    ending.abort(reason);
    await assert.rejects(read.next(), reason);
    if (!outgoing.destroyed) await once(outgoing, "close");
  });

  test("that nobody wants any more is not read on", async (t) => {
    const { answer, request } = held();
    const { url, client } = await served(t, answer);
    const sent = client.fetch(url);
    const [, outgoing] = await request;
    outgoing.writeHead(200).write("one");
    await (await sent).body?.cancel();
    if (!outgoing.destroyed) await once(outgoing, "close");
  });

  test("that breaks off is an error and not its end", async (t) => {
    const { answer, request } = held();
    const { url, client } = await served(t, answer);
    const sent = client.fetch(url);
    const [, outgoing] = await request;
    outgoing.writeHead(200).write("one");
    const text = textOf(await sent, 1000);
    outgoing.destroy();
    await assert.rejects(text, TypeError);
  });

  test("is read no further than the limit", async (t) => {
    const { url, client, connections } = await served(t, (_, outgoing) => void outgoing.end("x".repeat(1_000_000)));
    await assert.rejects(textOf(await client.fetch(url), 999_999), AnswerTooLarge);
    const [connection] = connections;
    if (connection?.destroyed === false) await once(connection, "close");
    assert.equal((await textOf(await client.fetch(url), 1_000_000)).length, 1_000_000);
  });

  for (const [encoding, body] of [
    ["gzip", gzipSync("text")],
    ["GZIP", gzipSync("text")],
    ["br", brotliCompressSync("text")],
    ["identity", Buffer.from("text")],
  ] as const) {
    test(`is read without its compression: ${encoding}`, async (t) => {
      const { url, client } = await served(t, (_, outgoing) => {
        outgoing.writeHead(200, { "content-encoding": encoding }).end(body);
      });
      assert.equal(await textOf(await client.fetch(url), 4), "text");
    });
  }

  test("is held to the limit by what it is without its compression", async (t) => {
    const { url, client } = await served(t, (_, outgoing) => {
      outgoing.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(10_000_000)));
    });
    await assert.rejects(textOf(await client.fetch(url), 1_000_000), AnswerTooLarge);
  });

  test("is read as it comes when it is compressed", async (t) => {
    const { answer, request } = held();
    const { url, client } = await served(t, answer);
    const sent = client.fetch(url);
    const [, outgoing] = await request;
    const gzip = createGzip();
    gzip.pipe(outgoing.writeHead(200, { "content-encoding": "gzip" }));
    gzip.write("one");
    gzip.flush();
    const read = ((await sent).body as NonNullable<HttpAnswer["body"]>)[Symbol.asyncIterator]();
    assert.equal(String((await read.next()).value), "one");
    gzip.end("two");
    assert.equal(String((await read.next()).value), "two");
    assert.equal((await read.next()).done, true);
  });

  test("that only claims to be compressed is an error", async (t) => {
    const { url, client } = await served(t, (_, outgoing) => {
      outgoing.writeHead(200, { "content-encoding": "gzip" }).end("text");
    });
    await assert.rejects(textOf(await client.fetch(url), 1000), TypeError);
  });
});

describe("a connection", () => {
  const echo: RequestListener = (incoming, outgoing) => void incoming.resume().once("end", () => outgoing.end("done"));

  test("serves one request after the other", async (t) => {
    const { url, client, connections } = await served(t, echo);
    for (let round = 0; round < 3; round++) await textOf(await client.fetch(url, { method: "POST", body: "{}" }), 10);
    assert.equal(connections.length, 1);
  });

  test("is opened for each of several requests at once", async (t) => {
    const { url, client, connections } = await served(t, echo);
    await Promise.all([1, 2, 3].map(async () => textOf(await client.fetch(url), 10)));
    assert.equal(connections.length, 3);
  });

  test("that the server closed is not used again", async (t) => {
    const { url, client, connections } = await served(t, (incoming, outgoing) => {
      outgoing.setHeader("connection", connections.length === 1 ? "close" : "keep-alive");
      echo(incoming, outgoing);
    });
    for (let round = 0; round < 3; round++) await textOf(await client.fetch(url), 10);
    assert.equal(connections.length, 2);
  });

  test("is closed when nobody has used it for a while, and never while somebody waits", async (t) => {
    const idleMs = 20;
    const { url, client, connections } = await served(
      t,
      (_, outgoing) => void setTimeout(() => outgoing.end("late"), 5 * idleMs),
      idleMs,
    );
    assert.equal(await textOf(await client.fetch(url), 10), "late");
    const [connection] = connections;
    if (connection?.destroyed === false) await once(connection, "close");
  });
});

test("a request that is given up at the moment its answer has ended, ends nothing else", async (t) => {
  const { url, client } = await served(t, (_, outgoing) => void outgoing.end("{}"));
  const unforeseen: unknown[] = [];
  const note = (error: unknown) => void unforeseen.push(error);
  process.on("uncaughtException", note);
  t.after(() => process.off("uncaughtException", note));
  const read: string[] = [];
  for (let time = 0; time < 20; time++) {
    const ended = new AbortController();
    const { body } = await client.fetch(url, { method: "POST", body: "{}", signal: ended.signal });
    for await (const piece of body ?? []) {
      read.push(String(piece.length));
      ended.abort(new Error("given up"));
    }
  }
  assert.deepEqual({ unforeseen, read: read.length }, { unforeseen: [], read: 20 });
});
