/** What is read of a report (mutation-testing-report-schema 2). Lines and columns count from 1. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

export interface Mutant {
  readonly status: "Killed" | "Survived" | "NoCoverage" | "Timeout" | "CompileError" | "RuntimeError" | "Ignored";
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** One change of a source. */
export interface Change {
  /** Below the project's folder, such as `src/lib/askServer.ts`. */
  readonly file: string;
  /** Its line, counted from 1. */
  readonly at: number;
  /** The text of the line where it begins, without what surrounds it. */
  readonly line: string;
  /** What Stryker calls its kind, such as `StringLiteral`. */
  readonly mutator: string;
  /** What was changed and what it became, each in one line. */
  readonly was: string;
  readonly becomes: string;
  /** A test failed, or never ended. */
  readonly isNoticed: boolean;
}

/** The changes that were tried. */
export function changesOf({ files }: MutationReport): readonly Change[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split("\n");
    return mutants
      .filter(({ status }) => tried.has(status))
      .map(({ status, mutatorName: mutator, replacement, location: { start, end } }) => ({
        ...{ file, at: start.line, line: (lines[start.line - 1] ?? "").trim(), mutator },
        was: oneLine(source.slice(offset(lines, start), offset(lines, end))),
        becomes: oneLine(replacement),
        isNoticed: status === "Killed" || status === "Timeout",
      }));
  });
}

/** Not what TypeScript refuses or what the sources exclude. */
const tried: ReadonlySet<Mutant["status"]> = new Set(["Killed", "Timeout", "Survived", "NoCoverage"]);

const offset = (lines: readonly string[], { line, column }: Place): number =>
  lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
