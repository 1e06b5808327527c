import { writeFileSync } from "node:fs";
import { MCP_REMOTE_VERSION } from "../bench/mcpRemote.ts";
import { type ClientRun, clientRuns, labelOf } from "../test/conformance/clientExpectations.ts";
import { clientScenario, clientScenarios } from "../test/support/conformance/clientConformance.ts";
import { peerFile } from "../test/support/conformance/conformancePage.ts";

/**
 * `npm run conformance:peer`: plays the official client suites with mcp-remote, as `npm test` does with our programs, and
 * writes how many scenarios pass, for the page on the suites. It takes some minutes, and no test waits for it.
 */
const AT_ONCE = 3;

const played = clientRuns.filter(({ way, sdk }) => way === "standalone" && sdk === "v1");
const results: Record<string, string> = {};
for (const run of played) results[labelOf(run)] = await passing(run);
const on = new Date().toISOString().slice(0, 10);
writeFileSync(peerFile, `${JSON.stringify({ version: MCP_REMOTE_VERSION, on, results }, undefined, 2)}\n`);

/** How many of the scenarios that check anything pass. */
async function passing(run: ClientRun): Promise<string> {
  const names = [...(await clientScenarios(run))];
  const outcomes = new Map<string, string>();
  const work = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const { outcome, missed } = await clientScenario({ ...run, way: "mcp-remote" }, name);
      outcomes.set(name, outcome);
      if (outcome !== "passes") console.log(`${labelOf(run)}: ${name} ${outcome} ${missed.join(", ")}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const all = [...outcomes.values()];
  const idle = all.filter((outcome) => outcome === "checks nothing").length;
  return `${all.filter((outcome) => outcome === "passes").length} of ${all.length - idle}`;
}
