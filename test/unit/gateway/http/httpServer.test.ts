import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { startHttpServer } from "../../../../src/gateway/http/httpServer.ts";
import { emptyReply, type HttpReply, type ReplyStream, type StreamedBody } from "../../../../src/lib/servedHttp.ts";

type Respond = Parameters<typeof startHttpServer>[1];

async function withServer<T>(
  respond: Respond,
  work: (port: number) => Promise<T>,
  events?: Parameters<typeof startHttpServer>[2],
): Promise<T> {
  const place = { host: "127.0.0.1", port: 0, maxBodyBytes: 100, maxHeaderBytes: 1000 };
  const server = await startHttpServer(place, respond, events);
  try {
    return await work(server.port);
  } finally {
    await server.stop();
  }
}

/** A stream that is written by hand. */
function byHand() {
  const early: string[] = [];
  let to: ReplyStream | undefined;
  const body: StreamedBody = (stream) => {
    to = stream;
    stream.write(early);
  };
  const say = (text: string) => {
    if (to === undefined) early.push(text);
    else to.write([text]);
  };
  const reply: HttpReply = { status: 200, headers: {}, body };
  return { reply, say, end: () => to?.end() };
}

test("a stream that says nothing has its headers sent, and each word when it is said, however it was asked for", async () => {
  const seen: Record<string, unknown> = {};
  for (const method of ["GET", "POST"]) {
    const { reply, say, end } = byHand();
    seen[method] = await withServer(
      async () => ({ reply: { ...reply, headers: { "x-more": "1" } } }),
      async (port) => {
        const answer = await fetch(`http://127.0.0.1:${port}/`, { method });
        const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
        const words: (string | undefined)[] = [];
        for (const word of ["one", "two"]) {
          say(word);
          words.push((await reader?.read())?.value);
        }
        end();
        return { words, more: answer.headers.get("x-more"), done: (await reader?.read())?.done };
      },
    );
  }
  const expected = { words: ["one", "two"], more: "1", done: true };
  assert.deepEqual(seen, { GET: expected, POST: expected });
});

test("an answer that is there as a whole is sent in one piece, with its length", async () => {
  const pieces = await withServer(
    async () => ({ reply: { status: 200, headers: {}, body: ["all ", new TextEncoder().encode("öf"), " it"] } }),
    async (port) => {
      const socket = connect(port, "127.0.0.1");
      const all: string[] = [];
      socket.setEncoding("latin1").on("data", (piece: string) => void all.push(piece));
      socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      await once(socket, "close");
      return all;
    },
  );
  assert.equal(pieces.length, 1);
  const whole = Buffer.from(String(pieces[0]), "latin1").toString();
  assert.match(whole, /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 10\r\n[\s\S]*\r\n\r\nall öf it$/);
});

test("RFC 9110, 5.3: two Authorization headers are seen as both, and not as the first", async () => {
  const given: (string | null)[] = [];
  await withServer(
    async ({ headers }, { authorization }) => {
      given.push(authorization, headers.get("authorization"));
      return { reply: emptyReply(200) };
    },
    async (port) => {
      const socket = connect(port, "127.0.0.1");
      socket
        .resume()
        .write(
          "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nX: y\r\nAUTHORIZATION: Bearer b\r\nConnection: close\r\n\r\n",
        );
      await once(socket, "close");
    },
  );
  assert.deepEqual(given, ["Bearer a, Bearer b", null]);
});

test("what cannot be read as a request is answered in words and told of, and never in the middle of an answer", async () => {
  const told: unknown[] = [];
  const { reply, say } = byHand();
  const seen = await withServer(
    async () => ({ reply }),
    async (port) => {
      const send = async (...pieces: string[]) => {
        const socket = connect(port, "127.0.0.1");
        let all = "";
        socket.setEncoding("latin1").on("data", (piece: string) => {
          all += piece;
          const next = pieces.shift();
          if (next !== undefined) socket.write(next);
        });
        socket.on("error", () => {});
        socket.write(pieces.shift() ?? "");
        await once(socket, "close");
        return all;
      };
      const tooLong = await send(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`);
      const nonsense = await send("what is this\r\n\r\n");
      say("begun");
      const during = await send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "nonsense\r\n\r\n");
      return {
        tooLong: tooLong.split("\r\n")[0],
        words: tooLong.includes("The headers of a request have 1000 bytes at most."),
        nonsense: nonsense.split("\r\n")[0],
        during: during.includes("begun") && !during.includes("Bad Request"),
      };
    },
    { unanswered: ({ status, address, incomplete }) => told.push([status, address, incomplete]) },
  );
  assert.deepEqual(
    { seen, told },
    {
      seen: {
        tooLong: "HTTP/1.1 431 Request Header Fields Too Large",
        words: true,
        nonsense: "HTTP/1.1 400 Bad Request",
        during: true,
      },
      told: [
        [431, "127.0.0.1", undefined],
        [400, "127.0.0.1", undefined],
        // What came in the middle of the answer has none, and is told of all the same.
        [400, "127.0.0.1", "request"],
      ],
    },
  );
});

test("a body over the limit is named so, and one that never comes whole reaches nobody", async () => {
  const bodies: unknown[] = [];
  await withServer(
    async ({ body }, { isTooLarge }) => {
      bodies.push(isTooLarge ? "tooLarge" : body.length);
      return { reply: emptyReply(200) };
    },
    async (port) => {
      for (const length of [100, 101]) {
        await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "x".repeat(length) });
      }
      const socket = connect(port, "127.0.0.1");
      await new Promise<void>((resolve) => {
        socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhalf", () => resolve());
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await fetch(`http://127.0.0.1:${port}/`);
    },
  );
  assert.deepEqual(bodies, [100, "tooLarge", 0]);
});
