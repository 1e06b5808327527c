import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import { few, sample, seed } from "../support/bulk.ts";
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
  const { scenarios, sampled, expected } = run;
  const label = labelOf(run);
  const results = new Map<string, ClientScenarioResult>();
  const played =
    sampled === undefined ? names : sample(names, few(names.length, sampled), (name) => `${label}: ${name}`);
  const isWhole = played.length === names.length;
  const again = isWhole ? "" : `\n\nchosen by TEST_SEED=${seed}; npm run test:bulk plays all`;

  describe(`client scenarios of conformance ${label}`, { concurrency: Math.max(2, availableParallelism()) }, () => {
    for (const name of played) {
      const { outcome, missed = [], errors = [] } = expected[name] ?? passes;
      const listed = name in expected ? ", as listed" : "";
      test(`${label}: ${name} ${outcome}${listed}`, async () => {
        const result = await clientScenario(run, name);
        results.set(name, result);
        const { story, ...actual } = result;
        try {
          assert.deepEqual(actual, { outcome, missed, errors });
        } catch (error) {
          throw new Error(`${(error as Error).message}\n\n${whatToDo}${again}\n\n${story}`);
        }
      });
    }
  });

  const wanted = new Map(played.map((name) => [name, expected[name] ?? passes]));
  const count = (outcome: Expectation["outcome"], all: Iterable<Pick<Expectation, "outcome">>) =>
    [...all].filter((one) => one.outcome === outcome).length;
  const passing = count("passes", wanted.values());
  const idle = count("checks nothing", wanted.values());
  const idleToo = idle > 0 ? `; ${idle} more check nothing` : "";
  const chosen = isWhole ? "" : `, which are those of ${names.length} that seed ${seed} chose`;

  test(`${label}: ${passing} of ${played.length - idle} client scenarios pass${idleToo}${chosen}`, () => {
    assert.deepEqual(
      {
        scenarios: names.length,
        ran: results.size,
        passing: count("passes", results.values()),
        idle: count("checks nothing", results.values()),
        listedButNotThere: Object.keys(expected).filter((name) => !names.includes(name)),
      },
      { scenarios, ran: few(scenarios, sampled ?? scenarios), passing, idle, listedButNotThere: [] },
    );
  });
}
