import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { portIsFree } from "../../../../src/node/localPrograms/portIsFree.ts";

test("a port that somebody listens on is not free, and is again when they stop", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const taken = [await portIsFree(port, "localhost"), await portIsFree(port, "127.0.0.1")];
  server.close();
  await once(server, "close");
  const free = [await portIsFree(port, "localhost"), await portIsFree(port, "127.0.0.1")];
  assert.deepEqual({ taken, free }, { taken: [false, false], free: [true, true] });
});
