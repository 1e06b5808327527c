import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { discoverGateway } from "../../src/core/connection/discoverGateway.ts";
import { defaultRedirect } from "../../src/core/connection/gatewaySettings.ts";
import { findAuthorizationServer } from "../../src/core/discovery/authorizationServer.ts";
import { failureOf } from "../support/fakePorts.ts";

test("a server whose certificate nobody trusts here is told as that, be it the gateway or the provider", async () => {
  const pem = readFileSync(new URL("../support/untrusted.pem", import.meta.url));
  let requests = 0;
  const server = createServer({ cert: pem, key: pem }, (_, response) => {
    requests += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  try {
    const gateway = await failureOf(() =>
      discoverGateway([new URL(`${origin}/mcp`)], () => ({ redirect: defaultRedirect }), { fetch }),
    );
    const provider = await failureOf(() => findAuthorizationServer(origin, { fetch }));
    const { code, facts } = provider as { code: string; facts: { url: string; reason: string } };
    assert.deepEqual(
      { gateway, provider: { code, reason: facts.reason, there: facts.url.startsWith(origin) }, requests },
      {
        gateway: { code: "tls_failed", facts: { url: `${origin}/mcp`, reason: "DEPTH_ZERO_SELF_SIGNED_CERT" } },
        provider: { code: "tls_failed", reason: "DEPTH_ZERO_SELF_SIGNED_CERT", there: true },
        requests: 0,
      },
    );
  } finally {
    server.close();
  }
});
