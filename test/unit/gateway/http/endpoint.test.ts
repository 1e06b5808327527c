import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "../../../../src/gateway/audit/auditEntry.ts";
import { createCallsInFlight } from "../../../../src/gateway/http/callsInFlight.ts";
import { answerAtEndpoint, type EndpointWorld } from "../../../../src/gateway/http/endpoint.ts";
import { createLimits } from "../../../../src/gateway/limits/limits.ts";
import { createRateLimits } from "../../../../src/gateway/limits/rateLimits.ts";
import type { Json } from "../../../../src/mcp/passThrough.ts";
import { servedRequest } from "../../../support/webExchange.ts";

/** What an endpoint answers, logs and records that is broken in some place. */
async function answeredBy(breakage: Partial<EndpointWorld>, { hasLeft = false } = {}) {
  const logged: Json[] = [];
  const audited: AuditEntry[] = [];
  const world: EndpointWorld = {
    authorizer: undefined,
    url: "http://localhost/mcp",
    toolScopes: {},
    metadataUrl: "http://localhost/metadata",
    isDebug: false,
    faults: () => ({}),
    limits: createLimits({}),
    rateLimits: createRateLimits(),
    rateLimited: () => {},
    inFlight: createCallsInFlight(),
    stopping: () => false,
    mcp: {} as EndpointWorld["mcp"],
    policies: () => undefined,
    callTimeoutMs: 1000,
    targetFailed: () => {},
    now: () => 0,
    called: () => {},
    limited: () => {},
    audit: (entry) => void audited.push(entry),
    log: (message, facts) => void logged.push({ message, ...facts }),
    ...breakage,
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/list" });
  const served = await servedRequest(new Request("http://localhost/mcp", { method: "POST", body }));
  const request = hasLeft ? { ...served, isOver: true } : served;
  const sent = { authorization: null, proof: null, address: undefined, isTooLarge: false };
  const { reply, ended } = await answerAtEndpoint({ request, ...sent }, world);
  await ended?.();
  return {
    answer: [reply.status, JSON.parse(String(reply.body))],
    logged: logged.map(({ message, method, code }) => [message, method, code]),
    audited: audited.map(({ status, method }) => [status, method]),
  };
}

const broken = async (): Promise<never> => {
  throw new RangeError("too deep");
};

test("an exception that nobody foresaw is −32603 for its caller, and in log and audit, wherever it was thrown", async () => {
  const breakages: readonly Partial<EndpointWorld>[] = [
    { mcp: { handle: broken } as unknown as EndpointWorld["mcp"] },
    { limits: { take: () => assert.fail("limits broke") } as unknown as EndpointWorld["limits"] },
  ];
  const seen = [];
  for (const breakage of breakages) seen.push(await answeredBy(breakage));
  const error = { code: -32603, message: "An internal error occurred. Please retry later." };
  assert.deepEqual(
    seen,
    breakages.map(() => ({
      answer: [500, { jsonrpc: "2.0", id: 7, error }],
      logged: [["unforeseen failure", "tools/list", "unexpected"]],
      audited: [[500, "tools/list"]],
    })),
  );
});

test("what was given up because its caller left is recorded, and logged as no failure", async () => {
  const { logged, audited } = await answeredBy(
    { mcp: { handle: broken } as unknown as EndpointWorld["mcp"] },
    { hasLeft: true },
  );
  assert.deepEqual({ logged, audited }, { logged: [], audited: [[500, "tools/list"]] });
});
