import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { fetchWithoutTimeout } from "../../../../src/gateway/router/fetchWithoutTimeout.ts";

test("how long a server may be silent is ours to say, and without a limit it is waited for", {
  timeout: 60_000,
}, async () => {
  const silent: ServerResponse[] = [];
  const server = createServer((_request, response) => void silent.push(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (silenceMs: number) =>
    fetchWithoutTimeout(silenceMs)(url).then(
      (response) => response.text(),
      (error: { cause?: { code?: string } }) => error.cause?.code,
    );
  try {
    const patient = ask(0);
    const impatient = await ask(100);
    for (const response of silent) response.end("at last");
    assert.deepEqual([impatient, await patient, silent.length], ["UND_ERR_HEADERS_TIMEOUT", "at last", 2]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
