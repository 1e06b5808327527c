import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ENDING = ".made";

/** Notes what is in the temporary folder of a process since this file of tests ran, which has this number in its queue. */
export function noteMade(folder: string, number: number, note: Note): void {
  writeFileSync(join(folder, `${number}${ENDING}`), JSON.stringify(note));
}

/** The file of tests that made each of these, as processes noted it in this folder. */
export function whoMade(folder: string): ReadonlyMap<string, string> {
  const notes = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  return new Map(
    notes.flatMap((note) => {
      const { file, names } = JSON.parse(readFileSync(join(folder, note), "utf8")) as Note;
      return names.map((name) => [name, file] as const);
    }),
  );
}

interface Note {
  readonly file: string;
  readonly names: readonly string[];
}
