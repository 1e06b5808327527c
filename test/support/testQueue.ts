import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { dealRsaKeys } from "./rsaKeys.ts";
import { leftIn } from "./suites/temporaryFolders.ts";
import { noteMade } from "./suites/whoMade.ts";

/** How long a process may go on after its last test, in milliseconds. */
const REST_MS = 60_000;

/**
 * Runs test files one after the other in this process, those that no other process has taken from the same queue.
 *
 * A process a file would load the same sources a hundred times. Each file ends with a test of its own path, which
 * fails when the file cannot be loaded or leaves the process other than it was for the next one.
 *
 * @param files the whole queue, the same in every process
 * @param taken a folder where a file that is taken leaves its number, and what it left in the temporary folder, see `whoMade`
 * @param fileTimeoutMs how long a file may take; the process ends with one that takes longer, and others go on
 * @param restMs how long the process may go on after its last test; what a failed one left open would keep it, and the run with it
 */
export async function runQueue(
  files: readonly string[],
  taken: string,
  fileTimeoutMs: number,
  restMs = REST_MS,
): Promise<void> {
  dealRsaKeys();
  const temporary = tmpdir();
  const seen = new Set(leftIn(temporary));
  for (const [number, file] of files.entries()) {
    if (!take(join(taken, String(number)))) continue;
    const found = stateOfProcess();
    // Before its tests begin, one of which may be in another directory.
    const path = resolve(file);
    const hangs = setTimeout(() => {
      console.error(`${file} takes longer than ${fileTimeoutMs / 1000} s`);
      process.exit(1);
    }, fileTimeoutMs).unref();
    let failure: unknown;
    await import(pathToFileURL(path).href).catch((cause) => {
      failure = cause;
    });
    await test(path, () => {
      if (failure) throw failure;
      const left = changes(found, stateOfProcess());
      if (left.length > 0) throw new Error(`the next file of this process would meet what it left: ${left.join(", ")}`);
    });
    clearTimeout(hangs);
    const made = leftIn(temporary).filter((name) => !seen.has(name));
    for (const name of made) seen.add(name);
    noteMade(taken, number, { file, names: made });
  }
  setTimeout(() => {
    console.error(`a process of tests did not end within ${restMs / 1000} s of its last: something was left open`);
    process.exit(1);
  }, restMs).unref();
}

/** Made by one process only, whoever comes first. */
function take(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

type State = ReadonlyMap<string, unknown>;

/** What a test can change for all that run after it in its process. */
function stateOfProcess(): State {
  return new Map<string, unknown>([
    ["the working directory", process.cwd()],
    ...Object.entries(process.env).map(([name, value]) => [`the variable ${name}`, value] as const),
    ...Object.entries({ Date, fetch, setImmediate, setInterval, setTimeout }),
  ]);
}

function changes(before: State, after: State): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}
