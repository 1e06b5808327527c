import type { Change } from "./mutants.ts";

/** Why no test notices a change, and none has to. It goes by what stands in the line, so that it outlives other edits. */
export interface Explanation {
  /** Stryker's name for the kind of change. */
  readonly mutator: string;
  /** The text of the line where the change begins, without what surrounds it. */
  readonly line: string;
  /** What was changed and what it became, `was → becomes`, each in one line. Absent: every change of the kind in the line. */
  readonly change?: string;
  readonly why: string;
}

/** By source, such as `src/lib/askServer.ts`. */
export type Explanations = Readonly<Record<string, readonly Explanation[]>>;

/** What became of changes that were tried. */
export interface Judged {
  readonly noticed: readonly Change[];
  readonly explained: readonly Change[];
  /** Neither: a test is missing, or an explanation. */
  readonly left: readonly Change[];
  /** Explanations of what is noticed, or is not there any more. */
  readonly needless: readonly (Explanation & { readonly file: string })[];
}

/** @param changes all that were tried of the files they are in */
export function judged(changes: readonly Change[], explanations: Explanations): Judged {
  const noticed = changes.filter(({ isNoticed }) => isNoticed);
  const survivors = changes.filter(({ isNoticed }) => !isNoticed);
  const isExplained = (change: Change) => (explanations[change.file] ?? []).some((one) => explains(one, change));
  const files = new Set(changes.map(({ file }) => file));
  const needless = [...files].flatMap((file) =>
    (explanations[file] ?? [])
      .filter((one) => !survivors.some((change) => change.file === file && explains(one, change)))
      .map((one) => ({ ...one, file })),
  );
  return {
    noticed,
    explained: survivors.filter(isExplained),
    left: survivors.filter((change) => !isExplained(change)),
    needless,
  };
}

const explains = ({ mutator, line, change }: Explanation, of: Change): boolean =>
  mutator === of.mutator && line === of.line && (change === undefined || change === changeText(of));

/** A change as explanations name it. */
export const changeText = ({ was, becomes }: Change): string => `${was} → ${becomes}`;
