import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { boundSilent } from "../../../src/system/silentConnections.ts";
import { until } from "../../support/until.ts";

test("one connection more than the most ends the one that has been idle longest, and none that waits for its answer", async (t) => {
  const waiting: ServerResponse[] = [];
  const server = createServer(({ socket, url }, response) => {
    silent.heard(socket);
    response.once("close", () => silent.idle(socket));
    if (url === "/waits") waiting.push(response);
    else response.end();
  });
  const silent = boundSilent(server, 2);
  t.after(() => void server.close().closeAllConnections());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const open = async (path?: string) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const seen = { said: "", ended: false };
    socket.setEncoding("utf8").on("data", (piece) => {
      seen.said += piece;
    });
    socket
      .on("error", () => {})
      .on("close", () => {
        seen.ended = true;
      });
    t.after(() => socket.destroy());
    const ask = (target: string) => socket.write(`GET ${target} HTTP/1.1\r\nHost: here\r\n\r\n`);
    const before = waiting.length;
    if (path !== undefined) ask(path);
    if (path === "/waits") await until(() => waiting.length > before, "the request");
    else if (path !== undefined) await until(() => seen.said !== "", "the answer");
    return { seen, ask };
  };
  const [waits, first, second] = [await open("/waits"), await open("/"), await open("/")];
  // It is the one that was idle longest, until it asks again.
  first.seen.said = "";
  first.ask("/");
  await until(() => first.seen.said !== "", "the second answer");
  const third = await open("/");
  await until(() => second.seen.ended, "the end of the one that was idle longest");
  waiting[0]?.end();
  await until(() => waits.seen.said !== "", "the answer that was waited for");
  const ended = [waits, first, second, third].map(({ seen }) => seen.ended);
  assert.deepEqual(ended, [false, false, true, false]);
});
