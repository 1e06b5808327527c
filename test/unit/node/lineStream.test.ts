import assert from "node:assert/strict";
import { Duplex, PassThrough, Writable } from "node:stream";
import { test } from "node:test";
import { MAX_DEPTH, MAX_MESSAGE_BYTES, MAX_UNREAD_BYTES } from "../../../src/lib/limits.ts";
import { LineStream } from "../../../src/node/lineStream.ts";
import { until } from "../../support/until.ts";

/** A line stream, what it heard, and what it wrote. */
async function start() {
  const [incoming, outgoing] = [new PassThrough(), new PassThrough()];
  const stream = new LineStream(incoming, outgoing);
  const heard: unknown[] = [];
  stream.onmessage = (message) => void heard.push(message);
  let closed = 0;
  stream.onclose = () => {
    closed += 1;
  };
  await stream.start();
  const turn = () => new Promise((resolve) => setTimeout(resolve, 10));
  return { stream, incoming, heard, closed: () => closed, wrote: () => String(outgoing.read() ?? ""), turn };
}

test("messages are read whatever pieces they come in, and blank lines mean nothing", async () => {
  const { incoming, heard, wrote, turn } = await start();
  const bytes = Buffer.from(
    '{"jsonrpc":"2.0","method":"ä"}\n\r\n \n{"jsonrpc":"2.0","method":"b"}\r\n{"jsonrpc":"2.0","me',
  );
  for (let at = 0; at < bytes.length; at += 7) incoming.write(bytes.subarray(at, at + 7));
  incoming.write('thod":"c"}\n');
  await turn();
  assert.deepEqual(
    { heard: heard.map((message) => (message as { method: string }).method), wrote: wrote() },
    { heard: ["ä", "b", "c"], wrote: "" },
  );
});

test("an answer carries its id in front, and a line that is no message is answered as that", async () => {
  const { stream, incoming, heard, wrote, turn } = await start();
  await stream.send({ result: {}, jsonrpc: "2.0", id: "x" } as never);
  await stream.send({ method: "news", jsonrpc: "2.0" } as never);
  incoming.write("not json\n");
  incoming.write(`${"[".repeat(1_000_000)}\n`);
  await turn();
  assert.deepEqual(
    { wrote: wrote().split("\n"), heard },
    {
      wrote: [
        '{"jsonrpc":"2.0","id":"x","result":{}}',
        '{"method":"news","jsonrpc":"2.0"}',
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
        "",
      ],
      heard: [],
    },
  );
});

test("JSON that is no message is passed over, and what follows it is read", async () => {
  const { stream, incoming, heard, turn } = await start();
  const errors: string[] = [];
  stream.onerror = ({ message }) => void errors.push(message);
  incoming.write('5\nnull\n"text"\n{"jsonrpc":"2.0","method":"a"}\n');
  await turn();
  assert.deepEqual(
    { errors, heard },
    { errors: Array(3).fill("no JSON-RPC message"), heard: [{ jsonrpc: "2.0", method: "a" }] },
  );
});

test("its end is told once, whoever ended it, and nothing can be sent then", async () => {
  const { stream, incoming, closed, turn } = await start();
  incoming.end();
  await turn();
  await stream.close();
  await assert.rejects(stream.send({ jsonrpc: "2.0", method: "late" }));
  assert.equal(closed(), 1);
});

test("a message that is larger than any ends the stream, which says so first", async () => {
  const { incoming, heard, closed, wrote, turn } = await start();
  const piece = Buffer.alloc(1024 * 1024, "x");
  let sent = 0;
  for (; sent < MAX_MESSAGE_BYTES; sent += piece.length) incoming.write(piece);
  // What follows it comes in the same piece.
  incoming.write('x\n{"jsonrpc":"2.0","method":"answered to nobody"}\n');
  await turn();
  assert.deepEqual(
    { heard, closed: closed(), wrote: wrote() },
    {
      heard: [],
      closed: 1,
      wrote: '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"A message has at most 32 MiB"}}\n',
    },
  );
});

test("a message that nests as deeply as any is heard, and one that goes deeper is no message", async () => {
  const { incoming, heard, wrote } = await start();
  const nested = (depth: number) => `{"jsonrpc":"2.0","a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}\n`;
  incoming.write(nested(MAX_DEPTH + 1));
  incoming.write(nested(MAX_DEPTH));
  await until(() => heard.length > 0, "the message");
  assert.deepEqual(
    { heard: heard.length, wrote: wrote() },
    { heard: 1, wrote: '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}\n' },
  );
});

for (const side of ["input", "output"] as const) {
  test(`the failure of its ${side} is told, and is its end`, async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const stream = new LineStream(input, output);
    const told: string[] = [];
    stream.onerror = ({ message }) => void told.push(message);
    stream.onclose = () => void told.push("closed");
    await stream.start();
    (side === "input" ? input : output).destroy(new Error("broken"));
    await until(() => told.length > 1, "its end");
    assert.deepEqual([...told, output.destroyed], ["broken", "closed", true]);
  });
}

test("a socket that fails is told as one failure, though it is input and output", async () => {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const stream = new LineStream(socket, socket);
  const told: string[] = [];
  stream.onerror = ({ message }) => void told.push(message);
  stream.onclose = () => void told.push("closed");
  await stream.start();
  socket.destroy(new Error("broken"));
  await until(() => told.length > 1, "its end");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ["broken", "closed"]);
});

test("nobody has to listen to messages, failures or the end", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const stream = new LineStream(input, output);
  await stream.start();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  input.write('5\n{"jsonrpc":"2.0","method":"a"}\n');
  await turn();
  const failures: unknown[] = [];
  stream.onerror = (error) => void failures.push(error);
  input.write('{"jsonrpc":"2.0","method":"b"}\n');
  await turn();
  assert.deepEqual(failures, []);
  stream.onerror = undefined;
  const heard: unknown[] = [];
  stream.onmessage = (message) => void heard.push(message);
  input.write('5\n{"jsonrpc":"2.0","method":"c"}\n');
  await turn();
  assert.deepEqual(heard, [{ jsonrpc: "2.0", method: "c" }]);
  input.end();
  await until(() => output.destroyed, "its end");
});

test("nobody has to listen to the failure of what it reads", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  await new LineStream(input, output).start();
  input.destroy(new Error("broken"));
  await until(() => output.destroyed, "its end");
});

for (const how of ["ended", "destroyed"] as const) {
  test(`an input that has ${how} before anybody listened is an end that is told after the start`, async () => {
    const [input, output] = [new PassThrough({ autoDestroy: false }), new PassThrough()];
    if (how === "destroyed") input.destroy();
    else await new Promise((resolve) => input.resume().once("end", resolve).end());
    const stream = new LineStream(input, output);
    const told: string[] = [];
    stream.onclose = () => void told.push("closed");
    await stream.start();
    told.push("started");
    await until(() => told.length > 1, "its end");
    assert.deepEqual(told, ["started", "closed"]);
  });
}

test("an input that somebody paused is read, and a stream that is not over stays", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.pause();
  const stream = new LineStream(input, output);
  const heard: unknown[] = [];
  stream.onmessage = (message) => void heard.push(message);
  stream.onclose = () => void heard.push("closed");
  await stream.start();
  input.write('{"jsonrpc":"2.0","method":"a"}\n');
  await until(() => heard.length > 0, "the message");
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, [{ jsonrpc: "2.0", method: "a" }]);
});

test("what comes after its end is heard by nobody", async () => {
  const { stream, incoming, heard, closed, turn } = await start();
  stream.onmessage = (message) => {
    heard.push(message);
    void stream.close();
  };
  incoming.write('{"jsonrpc":"2.0","method":"a"}\n{"jsonrpc":"2.0","method":"b"}\n');
  await turn();
  assert.deepEqual(
    { heard: heard.map((message) => (message as { method: string }).method), closed: closed() },
    { heard: ["a"], closed: 1 },
  );
});

/** An output that takes what it is given when it is told to. */
function slowOutput() {
  const taking: (() => void)[] = [];
  const output = new Writable({
    highWaterMark: 16,
    write: (_chunk, _encoding, done) => void taking.push(done),
    writev: (_chunks, done) => void taking.push(done),
  });
  return { output, take: () => taking.shift()?.() };
}

test("whoever sends waits for a reader that is slow, and for no other", async () => {
  const { output, take } = slowOutput();
  const stream = new LineStream(new PassThrough(), output);
  const sent: string[] = [];
  const send = (method: string) =>
    void stream.send({ jsonrpc: "2.0", method }).then(
      () => sent.push(method),
      () => sent.push(`${method} not`),
    );
  send("waits");
  await new Promise((resolve) => setImmediate(resolve));
  const before = [...sent];
  take();
  await until(() => sent.length > 0, "the reader");
  const listening = ["drain", "close"].map((event) => output.listenerCount(event));
  send("waits until the end");
  await new Promise((resolve) => setImmediate(resolve));
  const between = [...sent];
  await stream.close();
  await until(() => sent.length > 1, "the end");
  send("comes after it");
  await until(() => sent.length > 2, "the refusal");
  const fast = new LineStream(new PassThrough(), new PassThrough());
  await fast.send({ jsonrpc: "2.0", method: "waits for nobody" });
  assert.deepEqual(
    { before, between, sent, listening },
    { before: [], between: ["waits"], sent: ["waits", "waits until the end", "comes after it not"], listening: [0, 0] },
  );
});

test("a reader that leaves more unread than anybody keeps for it is given up", async () => {
  const { output } = slowOutput();
  const stream = new LineStream(new PassThrough(), output);
  let closed = 0;
  stream.onclose = () => {
    closed += 1;
  };
  const params = { text: "x".repeat(MAX_UNREAD_BYTES) };
  // The longest message that waits does not count.
  for (const id of [1, 2]) void stream.send({ jsonrpc: "2.0", id, method: "large", params }).catch(() => {});
  assert.equal(closed, 0);
  await assert.rejects(stream.send({ jsonrpc: "2.0", method: "one more" }), { message: "the stream is closed" });
  assert.deepEqual({ closed, destroyed: output.destroyed }, { closed: 1, destroyed: true });
});
