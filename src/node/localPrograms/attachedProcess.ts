import { type ChildProcess, spawn } from "node:child_process";
import { MAX_REPORT_BYTES } from "../../lib/limits.ts";
import type { Log } from "../../lib/log.ts";
import { eachLine } from "../../system/lines.ts";

export interface AttachedProcess {
  /** The line of JSON in which the program reported that it is ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Closes its standard input and waits until it has ended. */
  stop(): Promise<void>;
}

export interface AttachedProgram {
  /** Its name in the log. */
  readonly name: string;
  /** The editor's executable, which runs as Node with `ELECTRON_RUN_AS_NODE`. */
  readonly execPath: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** How many milliseconds it may take to end before it is killed. */
  readonly stopTimeoutMs: number;
  /** Called with each line of JSON after the first. */
  readonly onAnswer?: (answer: Readonly<Record<string, unknown>>) => void;
  /** Called when it ends without being asked to. */
  readonly onEnded?: () => void;
  readonly log: Log;
}

/** The program ended, or its time-out passed, before it was ready. */
export class NotReady extends Error {
  /** The lines it wrote to standard error. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.at(-1) ?? "it said nothing");
    this.lines = lines;
  }
}

const START_TIMEOUT_MS = 20_000;
/** How much of a line of standard error is read, and how many lines are kept. */
const MAX_LOGGED_BYTES = 16 * 1024;
const MOST_LINES = 100;

/**
 * Starts one of our programs as a separate process. It ends when its standard input closes, so it cannot outlive us.
 *
 * @throws NotReady
 */
export async function startAttachedProcess(program: AttachedProgram): Promise<AttachedProcess> {
  const { name, execPath, script, args, log } = program;
  const env = { ...program.env, ELECTRON_RUN_AS_NODE: "1" };
  const child = spawn(execPath, [script, ...args], { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
  const said: string[] = [];
  const heard = (line: string) => {
    if (line.trim() === "") return;
    said.push(line.trim());
    if (said.length > MOST_LINES) said.shift();
    log.debug(name, { said: line });
  };
  eachLine(child.stderr, MAX_LOGGED_BYTES, heard);
  const ended = new Promise<void>((resolve) => {
    child.once("error", ({ message }) => {
      heard(message);
      resolve();
    });
    child.once("close", () => resolve());
  });
  child.stdin.on("error", () => {});

  let asked = false;
  const stop = async (): Promise<void> => {
    asked = true;
    child.stdin.end();
    const killer = setTimeout(() => child.kill("SIGKILL"), program.stopTimeoutMs);
    await ended;
    clearTimeout(killer);
  };
  const ready = await readyLine(child, ended, program.onAnswer);
  if (!ready) {
    await stop();
    throw new NotReady(said);
  }
  void ended.then(() => {
    if (asked) return;
    log.warn(`the ${name} ended`, { reason: said.at(-1) ?? "it said nothing" });
    program.onEnded?.();
  });
  return { ready, stop };
}

async function readyLine(
  child: ChildProcess,
  ended: Promise<void>,
  onAnswer: AttachedProgram["onAnswer"],
): Promise<AttachedProcess["ready"] | undefined> {
  if (!child.stdout) return undefined;
  const { stdout } = child;
  const found = new Promise<AttachedProcess["ready"]>((resolve) => {
    eachLine(stdout, MAX_REPORT_BYTES, (line, isWhole) => {
      if (!isWhole || !line.startsWith("{")) return;
      const answer = parsed(line);
      if (answer === undefined) return;
      if (answer.ready === true) resolve(answer);
      else onAnswer?.(answer);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), START_TIMEOUT_MS);
  });
  const first = await Promise.race([found, ended.then(() => undefined), tooLong]);
  clearTimeout(timer);
  return first;
}

/** A program that is killed breaks off in the middle of a line. */
function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
