import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayFailure } from "../failures/failure.ts";
import { writeAtomically } from "./writeAtomically.ts";

/**
 * Reads a JSON file.
 *
 * @returns undefined when there is none
 * @throws GatewayFailure `file_damaged`; the file is left as it is
 */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser quotes the file, which is none of the log's business.
    const reason = text.trim() === "" ? "it is empty" : "it is not valid JSON";
    throw new GatewayFailure("file_damaged", { path, reason });
  }
}

/** Writes a JSON file whole: who reads meanwhile sees the old one or the new one, for this user's eyes only. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomically(path, JSON.stringify(value, null, 2), 0o600);
}
