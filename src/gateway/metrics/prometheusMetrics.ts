import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { splitName } from "../../lib/qualifiedName.ts";
import { isListMethod } from "../../mcp/lists.ts";
import type { Metrics } from "./metrics.ts";

/** The methods with a label of their own. Others, which callers may invent, are counted as `other`. */
const methods = new Set([
  ...["initialize", "ping", "server/discover", "tools/call", "prompts/get", "completion/complete", "logging/setLevel"],
  ...["resources/read", "resources/subscribe", "resources/unsubscribe", "subscriptions/listen"],
  ...["notifications/initialized", "notifications/cancelled", "GET", "DELETE", "POST"],
]);

/** Bounds in seconds: most answers take milliseconds, and AgentCore's longest 15 minutes. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/**
 * Metrics for Prometheus.
 *
 * @param targets the names that may be labels. Any other name that callers send would add a series, without limit
 */
export function prometheusMetrics(targets: () => readonly string[]): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const targetOf = (name: string | undefined) => (name !== undefined && targets().includes(name) ? name : "other");
  const requests = new Counter({
    name: "gateway_requests_total",
    help: "Requests to the MCP endpoint, by what became of them.",
    labelNames: ["method", "status", "decision"] as const,
    registers,
  });
  const seconds = new Histogram({
    name: "gateway_request_duration_seconds",
    help: "From a request to the end of its answer.",
    labelNames: ["method"] as const,
    buckets,
    registers,
  });
  const calls = new Counter({
    name: "gateway_tool_calls_total",
    help: "Tool calls that were answered, by target and by how.",
    labelNames: ["target", "outcome"] as const,
    registers,
  });
  const refusals = new Counter({
    name: "gateway_refused_rules_total",
    help: "The rules that tokens did not meet.",
    labelNames: ["rule"] as const,
    registers,
  });
  const judged = new Counter({
    name: "gateway_policy_decisions_total",
    help: "Tool calls that policies were asked about, by the policy that decided; none where no permit matched.",
    labelNames: ["policy", "decision", "mode"] as const,
    registers,
  });
  const limited = new Counter({
    name: "gateway_limited_total",
    help: "Requests that a limit kept out.",
    labelNames: ["limit"] as const,
    registers,
  });
  const rateLimited = new Counter({
    name: "gateway_rate_limited_total",
    help: "Requests that one of AWS's rate limits turned away.",
    labelNames: ["rate_limit", "metric"] as const,
    registers,
  });
  const failures = new Counter({
    name: "gateway_target_failures_total",
    help: "How often a target could not be reached or did not answer in time.",
    labelNames: ["target"] as const,
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const inFlight = gauge("gateway_calls_in_flight", "Calls that are being answered.");
  const sessions = gauge("gateway_sessions", "Sessions that are open.");
  const keyFetches = gauge("gateway_key_fetches", "How often the issuer was asked for its keys.");
  const memory = gauge("process_resident_memory_bytes", "Resident memory size in bytes.");

  return {
    answered({ method, status, decision, durationMs, tool, outcome, failed, policy }) {
      const known = methods.has(method) || isListMethod(method) ? method : "other";
      requests.inc({ method: known, status: String(status), decision });
      // The duration of a stream says nothing about the gateway's speed.
      if (method !== "GET" && method !== "subscriptions/listen") seconds.observe({ method: known }, durationMs / 1000);
      for (const { rule } of failed) refusals.inc({ rule });
      if (policy !== undefined) {
        const {
          policies: [decider = "none"],
          mode,
        } = policy;
        judged.inc({ policy: decider, decision: policy.decision, mode });
      }
      if (tool === undefined || outcome === undefined) return;
      const how = outcome.kind === "result" && outcome.isError === true ? "toolError" : outcome.kind;
      calls.inc({ target: targetOf(splitName(tool)?.target), outcome: how });
    },
    limited: (limit) => limited.inc({ limit }),
    rateLimited: ({ id, metric }) => rateLimited.inc({ rate_limit: id, metric }),
    targetFailed: (target) => failures.inc({ target: targetOf(target) }),
    async page(now) {
      inFlight.set(now.callsInFlight);
      sessions.set(now.sessions);
      keyFetches.set(now.keyFetches);
      memory.set(process.memoryUsage.rss());
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
