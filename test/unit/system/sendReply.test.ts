import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { MAX_UNREAD_BYTES } from "../../../src/lib/limits.ts";
import { sendReply } from "../../../src/system/sendReply.ts";

test("whoever does not read a stream is left, before what is kept for them is larger than any message", async (t) => {
  const piece = "x".repeat(1024 * 1024);
  let [written, most] = [0, 0];
  const server = createServer((_, outgoing) => {
    void sendReply(
      {
        status: 200,
        headers: {},
        body: (to) => {
          for (; written < 400 && !outgoing.destroyed; written++) {
            to.write([piece]);
            most = Math.max(most, outgoing.writableLength);
          }
        },
      },
      outgoing,
    );
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  t.after(() => socket.destroy());
  socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const [{ destroyed }] = await Promise.all([once(server, "request").then(([, outgoing]) => outgoing)]);
  assert.deepEqual(
    { destroyed, few: written < 40, most: most <= MAX_UNREAD_BYTES + 2 * piece.length },
    { destroyed: true, few: true, most: true },
    `${written} ${most}`,
  );
});
