import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessRecord } from "./processWatch.ts";

export interface Secret {
  /** What it is: an access token, a refresh token, an authorization code … */
  readonly kind: string;
  readonly value: string;
}

export interface SearchRoom {
  readonly folder: string;
  /** Kinds that may be here: an authorization code passes through the browser's address bar by design. */
  readonly allowed?: readonly string[];
}

export interface SecretSearch {
  readonly secrets: number;
  readonly files: number;
  readonly bytes: number;
  readonly processes: number;
  /** Where something was found; never the secret itself. */
  readonly found: readonly string[];
}

/** Looks for every secret in files, arguments and environments, as plain text and as the two-byte text browsers store. */
export async function searchSecrets(
  secrets: readonly Secret[],
  rooms: readonly SearchRoom[],
  processes: readonly ProcessRecord[],
): Promise<SecretSearch> {
  // The end of a token is its own (in a JWT the signature), while beginnings are alike.
  const needles = secrets.map(({ kind, value }) => ({ kind, text: value.slice(-24) }));
  const found: string[] = [];
  let files = 0;
  let bytes = 0;
  for (const { folder, allowed = [] } of rooms) {
    const here = needles
      .filter(({ kind }) => !allowed.includes(kind))
      .map(({ kind, text }) => ({ kind, forms: [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")] }));
    for await (const file of filesIn(folder)) {
      const content = await readFile(file).catch(() => undefined);
      if (!content) continue;
      files += 1;
      bytes += content.length;
      for (const { kind, forms } of here) {
        if (forms.some((form) => content.includes(form))) found.push(`${kind} in ${file}`);
      }
    }
  }
  for (const { pid, args, environment } of processes) {
    const name = `process ${pid} (${args.slice(0, 80)})`;
    for (const { kind, text } of needles) {
      if (args.includes(text)) found.push(`${kind} in the arguments of ${name.replaceAll(text, "…")}`);
      if (environment.includes(text)) found.push(`${kind} in the environment of ${name}`);
    }
  }
  return { secrets: secrets.length, files, bytes, processes: processes.length, found };
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const kind = await lstat(path).catch(() => undefined);
    if (kind?.isDirectory()) yield* filesIn(path);
    if (kind?.isFile()) yield path;
  }
}
