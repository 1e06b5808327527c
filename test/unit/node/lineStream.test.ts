import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { LineStream } from "../../../src/node/lineStream.ts";

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
  const { incoming, heard, turn } = await start();
  const bytes = Buffer.from(
    '{"jsonrpc":"2.0","method":"ä"}\n\r\n{"jsonrpc":"2.0","method":"b"}\r\n{"jsonrpc":"2.0","me',
  );
  for (let at = 0; at < bytes.length; at += 7) incoming.write(bytes.subarray(at, at + 7));
  incoming.write('thod":"c"}\n');
  await turn();
  assert.deepEqual(
    heard.map((message) => (message as { method: string }).method),
    ["ä", "b", "c"],
  );
});

test("an answer carries its id in front, and a line that is no message is answered as that", async () => {
  const { stream, incoming, heard, wrote, turn } = await start();
  await stream.send({ result: {}, jsonrpc: "2.0", id: "x" } as never);
  await stream.send({ method: "news", jsonrpc: "2.0" } as never);
  incoming.write("not json\n");
  await turn();
  assert.deepEqual(
    { wrote: wrote().split("\n"), heard },
    {
      wrote: [
        '{"jsonrpc":"2.0","id":"x","result":{}}',
        '{"method":"news","jsonrpc":"2.0"}',
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
