import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Runs `act` beside a server whose certificate nobody trusts here, and gives how many requests got through to it. */
export async function withUntrustedServer(act: (origin: string) => Promise<void>): Promise<number> {
  const pem = readFileSync(new URL("./untrusted.pem", import.meta.url));
  let requests = 0;
  const server = createServer({ cert: pem, key: pem }, (_, response) => {
    requests += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await act(`https://localhost:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
  return requests;
}
