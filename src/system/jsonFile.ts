import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayFailure } from "../failures/failure.ts";
import { keptText } from "./keptText.ts";
import { writeAtomically } from "./writeAtomically.ts";

/**
 * Reads a JSON file.
 *
 * @returns its value; undefined when there is no such file
 * @throws GatewayFailure `file_damaged`; the file is left as it is
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await keptText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // No cause: the parser's message quotes the file, which may hold what the log must not.
    const reason = text.trim() === "" ? "it is empty" : "it is not valid JSON";
    throw new GatewayFailure("file_damaged", { path, reason });
  }
}

/** Replaces a JSON file atomically. Only this user can read it. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomically(path, JSON.stringify(value, null, 2), { mode: 0o600 });
}
