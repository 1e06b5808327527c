import { existsSync, readFileSync } from "node:fs";
import { type Explanations, judged } from "./judged.ts";
import { changesOf, type Mutant, type MutationReport } from "./mutants.ts";

/** What a part is tried with once more, and what is taken from the run before. */
export interface Again {
  /** As Stryker takes them: files, and places in files, such as `src/lib/askServer.ts:12:4-12:19`. */
  readonly mutate: readonly string[];
  /** The whole report: what was noticed before, and what became of the rest now. */
  merged(now: MutationReport): MutationReport;
}

/**
 * What is left to try after a run: the changes that no test noticed and nobody explained in sources that are still the
 * same, and all of the others. Tests that were added notice more, so that what was noticed is not tried again.
 *
 * @param before the report of the run before; undefined where there was none
 * @param sources such as `src/lib/askServer.ts`
 */
export function again(
  before: MutationReport | undefined,
  sources: readonly string[],
  explanations: Explanations,
): Again {
  const kept = sources.flatMap((file) => {
    const one = before?.files[file];
    return one && existsSync(file) && one.source === readFileSync(file, "utf8") ? [[file, one] as const] : [];
  });
  const known = new Map(kept);
  const mutate = sources.flatMap((file) => {
    const one = known.get(file);
    if (!one) return [file];
    const isLeft = (mutant: Mutant) => {
      const changes = changesOf({ files: { [file]: { ...one, mutants: [mutant] } } });
      return judged(changes, explanations).left.length > 0;
    };
    return [...new Set(one.mutants.filter(isLeft).map((mutant) => `${file}:${rangeOf(mutant)}`))];
  });
  return {
    mutate,
    merged({ files }) {
      const of = (file: string) => {
        const old = known.get(file);
        if (!old) return files[file] ?? { source: readFileSync(file, "utf8"), mutants: [] };
        const tried = new Map(files[file]?.mutants.map((mutant) => [nameOf(mutant), mutant]));
        return { ...old, mutants: old.mutants.map((mutant) => tried.get(nameOf(mutant)) ?? mutant) };
      };
      return { files: Object.fromEntries(sources.map((file) => [file, of(file)])) };
    },
  };
}

/** Stryker's arguments count columns from 0, its reports from 1. */
const rangeOf = ({ location: { start, end } }: Mutant): string =>
  `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;

const placeOf = ({ location: { start, end } }: Mutant): string =>
  `${start.line}:${start.column}-${end.line}:${end.column}`;

const nameOf = (mutant: Mutant): string => `${placeOf(mutant)} ${mutant.mutatorName} ${mutant.replacement}`;
