import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { npmPackage } from "../../test/support/npmPackage.ts";
import type { Mutant } from "./mutants.ts";

/** What one run changes, and the tests that have to notice. */
export interface MutationRun {
  /** Names the files of the run. */
  readonly name: string;
  /** Files, and places in files, as `again` names them: `src/lib/askServer.ts:12:4-14:19`. */
  readonly mutate: readonly string[];
  /** Below `test`. */
  readonly tests: readonly string[];
}

/** A change, with its name in the program and the file that it is in. */
export type NamedMutant = Mutant & { readonly id: string; readonly fileName: string };

const VERSION = "10.1.1";

/** From one place to another. Lines and columns count from 0. */
type Range = Readonly<Record<"start" | "end", { readonly line: number; readonly column: number }>>;

/** As much of Stryker's instrumenter as is used. */
interface Instrumenter {
  instrument(
    files: readonly { readonly name: string; readonly mutate: true | readonly Range[]; readonly content: string }[],
    options: object,
  ): Promise<{
    readonly files: readonly { readonly name: string; readonly content: string }[];
    readonly mutants: readonly NamedMutant[];
  }>;
}

/**
 * Makes one program of the tests and all that they import, with every change of the sources in it: a switch says which of
 * them is in effect.
 *
 * @param outfile where it is written
 */
export async function changedProgram(
  { mutate, tests }: Omit<MutationRun, "name">,
  outfile: string,
): Promise<readonly NamedMutant[]> {
  const files = await Promise.all(
    [...rangesOf(mutate)].map(async ([name, ranges]) => ({
      ...{ name, content: await readFile(name, "utf8") },
      mutate: ranges.length > 0 ? ranges : (true as const),
    })),
  );
  const { files: changed, mutants } = await (await instrumenter()).instrument(files, {
    plugins: null,
    ignorers: [],
    excludedMutations: [],
  });
  const texts = new Map(changed.map(({ name, content }) => [name, content]));
  const harness = resolve("scripts/mutation/nodeTest.ts");
  const plugin: Plugin = {
    name: "changed",
    setup(made) {
      made.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = texts.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
      made.onResolve({ filter: /^node:test$/ }, ({ importer }) =>
        importer === harness ? { path: "node:test", external: true } : { path: harness },
      );
    },
  };
  const imports = tests.map((file) => `import ${JSON.stringify(`./test/${file}`)};`);
  const entry = [...imports, `export { registered, runTest } from ${JSON.stringify(harness)};`].join("\n");
  await build({
    stdin: { contents: entry, resolveDir: "." },
    ...{ outfile, plugins: [plugin], bundle: true, platform: "node", format: "esm", packages: "external" },
    logLevel: "warning",
  });
  return mutants;
}

/** A file, and the place in it: lines count from 1, columns from 0. */
const placeInFile = /^(.*?)(?::(\d+):(\d+)-(\d+):(\d+))?$/;

/** The places that are to be changed, by the path of their file; none where it is all of it. */
export function rangesOf(mutate: readonly string[]): ReadonlyMap<string, readonly Range[]> {
  const ranges = new Map<string, Range[]>();
  for (const place of mutate) {
    const [, file = "", ...numbers] = placeInFile.exec(place) ?? [];
    const path = resolve(file);
    const known = ranges.get(path) ?? [];
    const [line = 0, column = 0, endLine = 0, endColumn = 0] = numbers.map(Number);
    const range = { start: { line: line - 1, column }, end: { line: endLine - 1, column: endColumn } };
    ranges.set(path, numbers[0] === undefined ? known : [...known, range]);
  }
  return ranges;
}

async function instrumenter(): Promise<Instrumenter> {
  const { script } = await npmPackage("@stryker-mutator/core", VERSION, "bin/stryker.js");
  const entry = join(dirname(script), "../../instrumenter/dist/src/index.js");
  const { Instrumenter: Made } = (await import(pathToFileURL(entry).href)) as {
    readonly Instrumenter: new (log: object) => Instrumenter;
  };
  const nothing = () => {};
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, isDebugEnabled: () => false };
  return new Made(log);
}
