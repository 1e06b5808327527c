import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { boundSilent } from "../../../src/system/silentConnections.ts";
import { listeningPlace } from "../../support/bridgeHost.ts";
import { until } from "../../support/until.ts";

/** A listener that bears two silent connections, and whom it was connected to, in order. */
async function listener(t: TestContext) {
  const server = createServer();
  const silent = boundSilent(server, 2);
  const path = listeningPlace("silent");
  const sockets: Socket[] = [];
  const callers: Socket[] = [];
  server.on("connection", (socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const one of callers) one.destroy();
    server.close();
  });
  return {
    silent,
    sockets,
    async call() {
      const caller = connect(path).on("error", () => {});
      callers.push(caller);
      await once(caller, "connect");
      await until(() => sockets.length === callers.length, "the connection");
      return caller;
    },
    left: () => callers.map(({ destroyed }) => !destroyed),
  };
}

test("one silent connection more than the most ends the one that has been silent longest, and no other", async (t) => {
  const { call, left } = await listener(t);
  for (let count = 0; count < 2; count++) await call();
  assert.deepEqual(left(), [true, true], "as many as there may be");
  for (let count = 0; count < 2; count++) await call();
  await until(() => left().join() === "false,false,true,true", "the end of the oldest two");
});

test("who was heard stays whatever others do, and one that closed makes room", async (t) => {
  const { silent, sockets, call, left } = await listener(t);
  await call();
  silent.heard(sockets[0] as Socket);
  const second = await call();
  await call();
  second.destroy();
  await until(() => sockets[1]?.destroyed === true, "the end at the listener");
  // It was answered as it went.
  silent.idle(sockets[1] as Socket);
  await call();
  assert.deepEqual(left(), [true, false, true, true]);
  assert.equal(sockets[2]?.destroyed, false);
  await call();
  await until(() => left().join() === "true,false,false,true,true", "the end of the oldest silent one");
});
