import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { npmPackageInOne } from "../npmPackage.ts";
import { testProgram } from "../programs.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { type Check, reasons, type ScenarioResult, scenarioResult } from "./scenarioResult.ts";
import type { EditorSdk } from "./stdioEditor.ts";

/** Scenarios for clients that one version of `@modelcontextprotocol/conformance` has. */
export interface ClientSuite {
  readonly version: string;
  /** Those for one revision of the protocol, those for extensions of it, or all where the suite does not choose. */
  readonly revision?: "2025-03-26" | "2025-11-25" | "2026-07-28" | "extensions";
}

/** Who plays a suite's scenarios. */
export interface ScenarioPlayer {
  /** What is under test: the standalone, the bridge with the relay of a window behind it, or the peer. */
  readonly way: "standalone" | "bridge" | "mcp-remote";
  /** The MCP SDK of the editor that starts it. */
  readonly sdk: EditorSdk;
}

export interface ClientScenarioResult extends ScenarioResult {
  /** The tools that answered the editor with an error, which the suite does not see. */
  readonly errors: readonly string[];
  /** For people: the checks that were missed, and what the program said. */
  readonly story: string;
}

/** The longest a scenario may take; the editor that plays it gives up before. */
const scenarioMs = 90_000;

/** @returns the names of the suite's scenarios, in its order */
export async function clientScenarios({ version, revision }: ClientSuite): Promise<readonly string[]> {
  const { said } = await conformance(version, ["list", "--client", ...specVersion(revision)]);
  const listed = [...said.matchAll(/^ {2}- (\S+)(?: \[(.*)\])?$/gm)].map(([, name = "", of = ""]) => ({ name, of }));
  const wanted = revision === "extensions" ? listed.filter(({ of }) => of === "extension") : listed;
  return wanted.map(({ name }) => name);
}

/** What Node compiled of the suite and the editor, for the next scenario. It ends with this process. */
const compiled = makeTemporaryFolder("conformance-compiled");

/**
 * Not where the editor is the extension's window: it loads the bundles of a folder of its own, of which each would be kept.
 * Programs under test have an environment of their own.
 */
const compiledOnce: NodeJS.ProcessEnv = { ...process.env, NODE_COMPILE_CACHE: compiled };

/** How often a scenario is played that measures real time, on a machine that is too busy for it. */
const mostTries = 4;

/**
 * Runs one scenario in a process of its own: the suite starts its servers, and for them the editor in
 * `conformanceEditor.ts`, which starts the program under test.
 *
 * 0.1.16 wants a stream taken up again between 450 and 700 ms after it ended. Too late is what a busy machine looks
 * like, so that it is tried again; too early never is.
 */
export async function clientScenario(
  suite: ClientSuite & ScenarioPlayer,
  scenario: string,
): Promise<ClientScenarioResult> {
  for (let tries = 1; ; tries++) {
    const { result, late } = await play(suite, scenario);
    if (!late || tries === mostTries) return result;
  }
}

async function play(
  { version, revision, way, sdk }: ClientSuite & ScenarioPlayer,
  scenario: string,
): Promise<{ readonly result: ClientScenarioResult; readonly late: boolean }> {
  const folder = makeTemporaryFolder("conformance");
  try {
    const { node } = await suiteProgram(version);
    const editor = testProgram("test/support/conformance/conformanceEditor.ts");
    // The program under test runs on the Node that the tests run on.
    const command = [node, editor, process.execPath, way, sdk].map((word) => `"${word}"`).join(" ");
    const args = ["client", "--command", command, "--scenario", scenario, ...specVersion(revision)];
    const { said, code } = await conformance(
      version,
      [...args, "--timeout", String(scenarioMs), "--output-dir", folder],
      way === "bridge" ? process.env : compiledOnce,
    );
    const [results] = await readdir(folder, { recursive: true }).then((names) =>
      names.filter((name) => name.endsWith("checks.json")),
    );
    if (results === undefined) throw new Error(`the suite did not run ${scenario}:\n${said}`);
    const checks = JSON.parse(await readFile(join(folder, results), "utf8")) as readonly Check[];
    const printed = (stream: string) => readFile(join(folder, results, "..", `${stream}.txt`), "utf8");
    const { outcome, missed } = scenarioResult(checks);
    // Some scenarios are about a refusal, after which the editor may end with an error: the suite knows which.
    const endedBadly = code !== 0 && missed.length === 0;
    const errors = (await printed("stdout")).split("\n").filter(Boolean);
    return {
      result: {
        outcome: endedBadly ? "ends with an error" : outcome,
        missed,
        errors,
        story: [...reasons(checks), (await printed("stderr")).slice(-6000)].join("\n"),
      },
      late: missed.length === 1 && checks.some(isLate),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isLate = ({ id, errorMessage = "" }: Check) =>
  id === "client-sse-retry-timing" && /reconnected (slightly|very) late/.test(errorMessage);

function specVersion(revision: ClientSuite["revision"]): readonly string[] {
  return revision === undefined || revision === "extensions" ? [] : ["--spec-version", revision];
}

const suiteProgram = (version: string) =>
  npmPackageInOne("@modelcontextprotocol/conformance", version, "dist/index.js");

async function conformance(
  version: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = compiledOnce,
): Promise<{ readonly said: string; readonly code: number | null }> {
  const { node, script } = await suiteProgram(version);
  return await new Promise((done, fail) => {
    const child = spawn(node, [script, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
    child.on("error", fail);
    child.on("close", (code) => done({ said, code }));
  });
}
