import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { fetchWithoutTimeout } from "../../../../src/gateway/router/fetchWithoutTimeout.ts";

test("how long a server may be silent is ours to say, and without a limit it is waited for", async () => {
  const server = createServer((_request, response) => setTimeout(() => response.end("at last"), 3_000));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (silenceMs: number) =>
    fetchWithoutTimeout(silenceMs)(url).then(
      (response) => response.text(),
      (error: { cause?: { code?: string } }) => error.cause?.code,
    );
  try {
    assert.deepEqual(await Promise.all([ask(500), ask(0)]), ["UND_ERR_HEADERS_TIMEOUT", "at last"]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
