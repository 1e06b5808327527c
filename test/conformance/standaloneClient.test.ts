import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import {
  type ClientScenarioResult,
  clientScenario,
  clientScenarios,
} from "../support/conformance/clientConformance.ts";
import { clientRuns, type Expectation, labelOf } from "./clientExpectations.ts";

const passes: Omit<Expectation, "because"> = { outcome: "passes" };

const whatToDo =
  "The scenario does not end as test/conformance/clientExpectations.ts says. If it passes now, take it off that list; " +
  "if it fails, repair what broke, or list it with the reason.";

const runs = await Promise.all(clientRuns.map(async (run) => ({ run, names: await clientScenarios(run) })));

for (const { run, names } of runs) {
  const { scenarios, expected } = run;
  const label = labelOf(run);
  const results = new Map<string, ClientScenarioResult>();

  describe(`client scenarios of conformance ${label}`, { concurrency: Math.max(2, availableParallelism()) }, () => {
    for (const name of names) {
      const { outcome, missed = [], errors = [] } = expected[name] ?? passes;
      const listed = name in expected ? ", as listed" : "";
      test(`${label}: ${name} ${outcome}${listed}`, async () => {
        const result = await clientScenario(run, name);
        results.set(name, result);
        const { story, ...actual } = result;
        try {
          assert.deepEqual(actual, { outcome, missed, errors });
        } catch (error) {
          throw new Error(`${(error as Error).message}\n\n${whatToDo}\n\n${story}`);
        }
      });
    }
  });

  const count = (wanted: Expectation["outcome"], all: Iterable<Pick<Expectation, "outcome">>) =>
    [...all].filter(({ outcome }) => outcome === wanted).length;
  const unlisted = scenarios - Object.keys(expected).length;
  const passing = unlisted + count("passes", Object.values(expected));
  const idle = count("checks nothing", Object.values(expected));
  const idleToo = idle > 0 ? `; ${idle} more check nothing` : "";

  test(`${label}: ${passing} of ${scenarios - idle} client scenarios pass${idleToo}`, () => {
    assert.deepEqual(
      {
        scenarios: names.length,
        ran: results.size,
        passing: count("passes", results.values()),
        idle: count("checks nothing", results.values()),
        listedButNotThere: Object.keys(expected).filter((name) => !results.has(name)),
      },
      { scenarios, ran: scenarios, passing, idle, listedButNotThere: [] },
    );
  });
}
