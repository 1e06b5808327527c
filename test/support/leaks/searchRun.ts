import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { ProcessRecord } from "../vscode/processWatch.ts";
import { type RecordedRequest, textOf } from "./requestRecord.ts";
import { SecretFinder } from "./secretFinder.ts";
import type { Secret } from "./secretForms.ts";

/** A text in which no secret may be. */
export interface Place {
  readonly what: string;
  readonly text: string | Buffer;
}

/** The heap of a process, with the kinds of secrets that it has to have. */
export interface Heap {
  readonly what: string;
  readonly path: string;
  readonly mayHave: readonly string[];
}

/** What a whole run leaves behind. */
export interface Left {
  readonly secrets: readonly Secret[];
  /** What was said, shown, printed and copied. */
  readonly places: readonly Place[];
  readonly heaps: readonly Heap[];
  /** Every request to every server. */
  readonly requests: readonly RecordedRequest[];
  readonly processes: readonly ProcessRecord[];
  /** The folder of the computer. */
  readonly root: string;
}

/** Which files or environments may hold which kinds: where secrets are kept, and where whoever hands one over has it. */
export interface KeptWhere {
  /** What a file's path in the folder, or the command of a process, has to match. */
  readonly path: RegExp;
  readonly kinds: RegExp;
}

export interface Searched {
  /** Where something was found, and of which kind; never the secret itself. */
  readonly found: readonly string[];
  readonly files: number;
  readonly bytes: number;
  readonly needles: number;
}

/** Looks for every secret, in every form, in everything that is left. */
export function searchRun(left: Left, kept: readonly KeptWhere[]): Searched {
  const finder = new SecretFinder(left.secrets);
  const found = new Set<string>();
  let [files, bytes] = [0, 0];
  const look = (what: string, where: Buffer | string, isAllowed: (secret: Secret) => boolean = () => false) => {
    bytes += where.length;
    for (const { secret, form } of finder.find(where)) {
      if (!isAllowed(secret)) found.add(`${secret.kind} (${form}) in ${what}`);
    }
  };
  const mayBeIn = (name: string) => {
    const allowed = kept.filter(({ path }) => path.test(name));
    return ({ kind }: Secret) => allowed.some(({ kinds }) => kinds.test(kind));
  };
  for (const { what, text } of left.places) look(what, text);
  for (const { args, environment } of left.processes) {
    // The name must not repeat what is looked for.
    const name = args.split(" ").slice(0, 2).join(" ");
    look(`the arguments of ${name}`, args);
    look(`the environment of ${name}`, environment, mayBeIn(name));
  }
  for (const request of left.requests) {
    look(`a ${request.method} to another server`, textOf(request), ({ owners }) =>
      owners.some((owner) => owner === request.server),
    );
  }
  for (const { what, path, mayHave } of left.heaps) {
    look(`the heap of ${what}`, readFileSync(path), ({ kind }) => mayHave.includes(kind));
  }
  const heaps = new Set(left.heaps.map(({ path }) => path));
  for (const path of filesIn(left.root)) {
    if (heaps.has(path)) continue;
    files += 1;
    const name = relative(left.root, path);
    look(`the file ${name}`, readFileSync(path), mayBeIn(name));
  }
  return { found: [...found], files, bytes, needles: finder.count };
}

function* filesIn(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const kind = lstatSync(path, { throwIfNoEntry: false });
    if (kind?.isDirectory()) yield* filesIn(path);
    if (kind?.isFile()) yield path;
  }
}
