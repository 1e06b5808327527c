import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { text } from "node:stream/consumers";
import type { NamedTest } from "./uses.ts";
import type { Use } from "./usesPage.ts";

/** How a test ended that something was kept from. */
export type Ending = "passed" | "failed" | "did not run";

/** A test that does not come to its end tells nothing. */
const LONGEST_MS = 180_000;

/**
 * Runs one test in a process of its own.
 *
 * @param ignored what is kept from it, such as `standalone --json`
 */
export async function runIgnoring(ignored: string, [file, title]: NamedTest): Promise<Ending> {
  const pattern = `^${title.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$`;
  // A process that finds itself inside another run reports to that.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--import", import.meta.resolve("tsx"), "--test", "--test-reporter=tap", "--test-force-exit"];
  const child = spawn(process.execPath, [...args, "--test-name-pattern", pattern, file], {
    env: { ...env, TEST_IGNORED: ignored, TEST_PATIENCE_MS: "8000" },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: LONGEST_MS,
  });
  const report = await text(child.stdout);
  const line = report
    .split("\n")
    .map((one) => /^\s*(?<failed>not )?ok \d+ - (?<name>.*?)(?<skipped> # SKIP.*)?$/.exec(one)?.groups)
    .find((one) => one?.skipped === undefined && one?.name?.replaceAll("\\#", "#") === title);
  if (!line) return "did not run";
  return line.failed === undefined ? "passed" : "failed";
}

/**
 * Puts uses to the proof, several at a time, since a test waits for what is ignored: each one's has to fail.
 *
 * @param told is called after each
 * @returns what is wrong, in words
 */
export async function prove(uses: readonly Use[], told: (text: string) => void = () => {}): Promise<readonly string[]> {
  const queue = [...uses];
  const faults: string[] = [];
  const work = async () => {
    for (let use = queue.shift(); use; use = queue.shift()) {
      const what = `${use.kind} ${use.name}`;
      const ending = await runIgnoring(what, use.test);
      told(`${what}: its test ${ending}`);
      if (ending !== "failed") faults.push(`"${use.test[1]}" ${ending} although ${what} was ignored`);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  return faults;
}
