import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { standaloneScript } from "./startStandalone.ts";

/** How the program is run. */
export interface Run {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that it is started in; this one without. */
  readonly cwd?: string;
  /** Its standard input, whole. */
  readonly input?: string;
}

/** Runs the standalone to its end, beside the servers of this process: what it prints, and what it says to people. */
export async function endedStandalone(args: readonly string[], { env, cwd, input = "" }: Run) {
  const child = spawn(process.execPath, [...standaloneScript, ...args], { env: { ...env }, cwd, timeout: 60_000 });
  // One that wants nothing of it ends before it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, said, code: code as number | null };
}
