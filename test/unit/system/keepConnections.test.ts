import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { keepConnections } from "../../../src/system/keepConnections.ts";
import { until } from "../../support/until.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
/** Beyond the time that a connection is kept, and the second that Node adds to it. */
const STILL_MS = 1_500;

/** A server, a caller of it, and the answers and ends that the caller saw. */
async function called(t: { after(act: () => void): void }) {
  const server = createServer((_, response) => void response.end("here"));
  keepConnections(server, 50);
  t.after(() => void server.close().closeAllConnections());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const caller = connect((server.address() as AddressInfo).port, "127.0.0.1");
  t.after(() => caller.destroy());
  const seen = { said: "", ended: false };
  caller.setEncoding("utf8").on("data", (piece) => {
    seen.said += piece;
  });
  caller.on("close", () => {
    seen.ended = true;
  });
  const answers = () => seen.said.split("HTTP/1.1 200").length - 1;
  caller.write(REQUEST);
  await until(() => answers() === 1, "the first answer");
  return { caller, answers, seen };
}

test("a request that came while the server stood still is answered, though the time of its connection has ended", async (t) => {
  const { caller, answers, seen } = await called(t);
  caller.write(REQUEST);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STILL_MS);
  await until(() => answers() === 2 || seen.ended, "the second answer, or the end");
  assert.equal(answers(), 2);
});

test("a connection over which nothing comes is ended", async (t) => {
  const { answers, seen } = await called(t);
  await until(() => seen.ended, "the end");
  assert.equal(answers(), 1);
});
