import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "../../../src/sandbox/startSandbox.ts";
import { seed } from "../bulk.ts";

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function chance(start = seed): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills a process at a moment, unless it has ended before. @returns whether it was killed */
export async function killAt(child: ChildProcess, moment: Promise<unknown>): Promise<boolean> {
  const ended = once(child, "close");
  await Promise.race([moment, ended]);
  const isRunning = child.exitCode === null && child.signalCode === null;
  if (isRunning) child.kill("SIGKILL");
  await ended;
  return isRunning;
}

/** A moment after the next renewal came to the provider, when the process that is to be killed is told its tokens. */
export async function afterRenewal(sandbox: Sandbox, withinMs: number, isOver: () => boolean): Promise<void> {
  const came = () => sandbox.observe().steps.refresh ?? 0;
  const before = came();
  while (came() === before && !isOver()) await delay(1);
  await delay(withinMs);
}

/** Starts a process whose output nobody reads. */
export const startQuiet = (args: readonly string[], env: Readonly<Record<string, string | undefined>>): ChildProcess =>
  spawn(process.execPath, [...args], { env: { ...env }, stdio: ["ignore", "ignore", "ignore"] });

/** The files below a folder that are JSON and not whole. */
export function tornFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => {
    if (!name.endsWith(".json")) return false;
    try {
      JSON.parse(readFileSync(join(folder, name), "utf8"));
      return false;
    } catch {
      return true;
    }
  });
}

/** The good refresh tokens at the provider that a storage does not hold. */
export async function adriftOf(sandbox: Sandbox, kept: string): Promise<number> {
  let count = 0;
  for (const { kind, value } of sandbox.issuedSecrets()) {
    if (kind === "refresh_token" && !kept.includes(value) && (await sandbox.isActive(value))) count++;
  }
  return count;
}
