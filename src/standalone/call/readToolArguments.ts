import type { Readable } from "node:stream";
import { decodedText } from "../../lib/decodedText.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { MAX_MESSAGE_BYTES } from "../../lib/limits.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";

/**
 * The arguments of a tool, which may hold what nobody else may see: a file or the standard input is read instead of an argument
 * that every program of this computer sees.
 *
 * @param given as `ToolCall` has it
 * @throws Error in words that have nothing of what was read
 */
export async function readToolArguments(given: string | undefined, input: Readable): Promise<JsonObject> {
  if (given === undefined) return {};
  const { text, place } = await textOf(given, input);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${place} is no JSON. A tool takes an object, such as {"query":"open bugs"}.`);
  }
  if (isJsonObject(value)) return value;
  throw new Error(`${place} is JSON, but no object. A tool takes one, such as {"query":"open bugs"}.`);
}

async function textOf(given: string, input: Readable): Promise<{ readonly text: string; readonly place: string }> {
  if (given === "-")
    return { text: decodedText(await whole(input)), place: "--arguments: what the standard input holds" };
  const path = /^@(.+)$/s.exec(given)?.[1];
  if (path === undefined) return { text: given, place: "--arguments" };
  try {
    return { text: decodedText(readNamedFile(path, MAX_MESSAGE_BYTES)), place: `--arguments: what ${path} holds` };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Error(`--arguments: ${path} cannot be read (${code}).`);
  }
}

async function whole(input: Readable): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of input as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_MESSAGE_BYTES) throw new Error("--arguments: the standard input is longer than any message.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
