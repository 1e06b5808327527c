import assert from "node:assert/strict";
import { test } from "node:test";
import { discoverGateway } from "../../src/connections/discovery/discoverGateway.ts";
import { findAuthorizationServer } from "../../src/oauth/discovery/authorizationServer.ts";
import { failureOf } from "../support/fakePorts.ts";
import { resolvedGateway } from "../support/resolved.ts";
import { withUntrustedServer } from "../support/untrustedServer.ts";

test("a server whose certificate nobody trusts here is told as that, be it the gateway or the provider", async () => {
  const requests = await withUntrustedServer(async (origin) => {
    const gateway = await failureOf(() =>
      discoverGateway([new URL(`${origin}/mcp`)], () => resolvedGateway(), { fetch }),
    );
    const provider = await failureOf(() => findAuthorizationServer(origin, { fetch }));
    const { code, facts } = provider as { code: string; facts: { url: string; reason: string } };
    assert.deepEqual(
      { gateway, provider: { code, reason: facts.reason, there: facts.url.startsWith(origin) } },
      {
        gateway: { code: "tls_failed", facts: { url: `${origin}/mcp`, reason: "DEPTH_ZERO_SELF_SIGNED_CERT" } },
        provider: { code: "tls_failed", reason: "DEPTH_ZERO_SELF_SIGNED_CERT", there: true },
      },
    );
  });
  assert.equal(requests, 0);
});
