import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { npmPackageInOne } from "../npmPackage.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { type Check, reasons, type ScenarioResult, scenarioResult } from "./scenarioResult.ts";

export interface ServerScenarioResult extends ScenarioResult {
  /** Why, for whoever reads the failure. */
  readonly reasons: readonly string[];
}

/**
 * Runs all server scenarios that `@modelcontextprotocol/conformance` has for one revision of the protocol.
 *
 * @param version of the suite
 * @returns the result of each scenario, by its name
 */
export async function serverConformance(
  version: string,
  url: string,
  revision: string,
): Promise<ReadonlyMap<string, ServerScenarioResult>> {
  const { node, script } = await npmPackageInOne("@modelcontextprotocol/conformance", version, "dist/index.js");
  const folder = makeTemporaryFolder("conformance");
  try {
    const args = ["server", "--url", url, "--suite", "all", "--spec-version", revision, "--output-dir", folder];
    const said = await run(node, [script, ...args]);
    const results = new Map<string, ServerScenarioResult>();
    for (const name of (await readdir(folder)).sort()) {
      const checks = JSON.parse(await readFile(join(folder, name, "checks.json"), "utf8")) as readonly Check[];
      const scenario = name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");
      results.set(scenario, { ...scenarioResult(checks), reasons: reasons(checks) });
    }
    if (results.size === 0) throw new Error(`the suite ran nothing:\n${said}`);
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** It ends with 1 when a scenario failed, which is for the test to judge. */
async function run(node: string, args: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 || code === 1 ? resolve(said) : reject(new Error(`it ended: ${said}`))));
  });
}
