import assert from "node:assert/strict";
import { test } from "node:test";
import { startConformanceTarget } from "../support/conformance/conformanceTarget.ts";
import { namesWithoutTarget } from "../support/conformance/namesWithoutTarget.ts";
import type { ScenarioOutcome } from "../support/conformance/scenarioResult.ts";
import { serverConformance } from "../support/conformance/serverConformance.ts";
import { withGateway } from "../support/gatewayCaller.ts";

/** A scenario that does not pass, and why that is right. */
interface Expected {
  readonly outcome: ScenarioOutcome;
  /** The checks that are missed, by the names that the suite gives them. */
  readonly missed: readonly string[];
  readonly because: string;
}

/** One run of the suite. */
interface Run {
  /** Of `@modelcontextprotocol/conformance`. */
  readonly suite: "0.1.16" | "0.2.0-alpha.12";
  readonly revision: "2025-03-26" | "2025-06-18" | "2025-11-25" | "2026-07-28";
  /** What the target behind the gateway speaks: sessions, or 2026-07-28. */
  readonly target: "legacy" | "modern";
  /** How many scenarios the suite has for the revision: one that goes missing is noticed. */
  readonly scenarios: number;
  readonly expected?: Readonly<Record<string, Expected>>;
}

const noEvents: Expected = {
  outcome: "checks nothing",
  missed: [],
  because:
    "The answer that is looked at is one message, which comes as JSON and not as a stream. Nor does the gateway keep " +
    "events, so that a stream that broke could be taken up again: servers MAY offer that (2025-11-25, basic/transports, " +
    "resumability); 2026-07-28 took it out.",
};

const oneQuestion =
  "A target of the earlier era asks one thing at a time and gives its questions no names. The gateway hands each on " +
  "as it comes, under a name of its own.";

const runs: readonly Run[] = [
  ...(["modern", "legacy"] as const).flatMap((target): Run[] => [
    { suite: "0.1.16", revision: "2025-06-18", target, scenarios: 26 },
    {
      suite: "0.1.16",
      revision: "2025-11-25",
      target,
      scenarios: 32,
      expected: { "server-sse-polling": noEvents },
    },
    { suite: "0.2.0-alpha.12", revision: "2025-03-26", target, scenarios: 1 },
    { suite: "0.2.0-alpha.12", revision: "2025-06-18", target, scenarios: 27 },
    {
      suite: "0.2.0-alpha.12",
      revision: "2025-11-25",
      target,
      scenarios: 33,
      expected: { "server-sse-polling": noEvents },
    },
  ]),
  { suite: "0.2.0-alpha.12", revision: "2026-07-28", target: "modern", scenarios: 40 },
  {
    suite: "0.2.0-alpha.12",
    revision: "2026-07-28",
    target: "legacy",
    scenarios: 40,
    expected: {
      "server-stateless": {
        outcome: "fails",
        missed: ["sep-2575-server-rejects-undeclared-capability", "sep-2575-missing-capability-http-400"],
        because:
          "Which capabilities a tool needs is known to the target alone. One of the earlier era says so with the " +
          "tool's result, which is what the caller gets.",
      },
      "input-required-result-basic-elicitation": {
        outcome: "fails",
        missed: ["sep-2322-elicitation-incomplete"],
        because: oneQuestion,
      },
      "input-required-result-multiple-input-requests": {
        outcome: "fails",
        missed: ["sep-2322-multiple-inputs-incomplete"],
        because: oneQuestion,
      },
    },
  },
];

for (const { suite, revision, target, scenarios, expected = {} } of runs) {
  test(`the ${scenarios} server scenarios of conformance ${suite} for ${revision}, with a ${target} target, end as they should`, async () => {
    const behind = await startConformanceTarget(target);
    try {
      await withGateway(
        { targets: [{ kind: "http", name: "suite", url: behind.url }] },
        async ({ gateway, issuer }) => {
          const proxy = await namesWithoutTarget(gateway.url, "suite", () => issuer.token());
          try {
            const results = await serverConformance(suite, proxy.url, revision);
            const others = [...results].filter(([, { outcome }]) => outcome !== "passes");
            const judged = (all: Iterable<readonly [string, Pick<Expected, "outcome" | "missed">]>) =>
              Object.fromEntries([...all].map(([name, { outcome, missed }]) => [name, { outcome, missed }]));
            try {
              assert.deepEqual(
                { scenarios: results.size, others: judged(others) },
                { scenarios, others: judged(Object.entries(expected)) },
              );
            } catch (error) {
              const said = others.filter(([name]) => !(name in expected)).flatMap(([, result]) => result.reasons);
              throw new Error([(error as Error).message, ...said].join("\n"));
            }
          } finally {
            await proxy.stop();
          }
        },
      );
    } finally {
      await behind.stop();
    }
  });
}
