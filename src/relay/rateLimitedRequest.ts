import { deniedByPolicy } from "../agentcore/refusals.ts";
import { isFailure } from "../failures/failure.ts";
import { MAX_RETRY_AFTER_MS } from "../lib/limits.ts";
import { pause } from "../lib/waiting.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { CallerRequest } from "../mcp/peer.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import { readResult } from "../mcp/wire/carriedResult.ts";
import type { GatewayAddress } from "./gatewayAccess.ts";

/**
 * Sends a request, and sends it again where the gateway's answer is that of a rate limit and says to come back soon: AgentCore
 * answers so with status 200 and an error of JSON-RPC, before any target was reached. A rate limit that comes as a status of
 * HTTP is waited for below, by `whenReady`.
 *
 * @throws GatewayFailure `rate_limited`, `policy_denied` also where a tool's result says it, or what the link does
 */
export async function rateLimitedRequest(
  link: UpstreamLink,
  request: CallerRequest,
  { url }: GatewayAddress,
): Promise<Json> {
  for (let waitedMs = 0; ; ) {
    try {
      const result = await link.request(request);
      if (request.method !== "tools/call" || result.isError !== true) return result;
      const denied = deniedByPolicy(url, readResult(result));
      if (denied) throw denied;
      return result;
    } catch (error) {
      if (!isFailure(error, "rate_limited") || error.facts.status !== 200) throw error;
      const { retryAfterSeconds: wait } = error.facts;
      const ms = wait === undefined ? Number.POSITIVE_INFINITY : Math.max(1, wait) * 1000;
      waitedMs += ms;
      if (waitedMs > MAX_RETRY_AFTER_MS) throw error;
      const { signal = new AbortController().signal } = request.options;
      await pause(ms, signal);
      signal.throwIfAborted();
    }
  }
}
