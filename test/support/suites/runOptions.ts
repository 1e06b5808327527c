import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** What a suite is to somebody who chooses among them. */
interface Choosable {
  readonly name: string;
  readonly what: string;
  /** Not there yet is not a failure for a suite that is only a folder of test files. */
  readonly exists: () => boolean;
  readonly files: () => readonly string[];
}

export interface RunOptions<Suite> {
  readonly suites: readonly Chosen<Suite>[];
  readonly bulk: boolean;
}

interface Chosen<Suite> {
  readonly suite: Suite;
  /** Those of its files that run. */
  readonly files: readonly string[];
}

/** What was asked for cannot be done, or is help: what to print, and the code to end with. */
export class Usage extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/**
 * What of all suites runs.
 *
 * @throws Usage for an option, a suite or a file that is not there, and for `--help`
 */
export function runOptions<Suite extends Choosable>(args: readonly string[], all: readonly Suite[]): RunOptions<Suite> {
  const { values, positionals } = parsed(args, all);
  if (values.help) throw new Usage(help(all), 0);
  const only = named(values.only, all) ?? (positionals.length > 0 ? all : undefined);
  const without = named(values.without, all) ?? [];
  const chosen = all.filter((suite) => (only?.includes(suite) ?? suite.exists()) && !without.includes(suite));
  const asked = new Set(positionals.map((path) => resolve(path)));
  const suites = chosen
    .map((suite) => ({ suite, files: suite.files().filter((file) => asked.size === 0 || asked.has(resolve(file))) }))
    .filter(({ files }) => asked.size === 0 || files.length > 0);
  const found = new Set(suites.flatMap(({ files }) => files.map((file) => resolve(file))));
  const lost = positionals.filter((path) => !found.has(resolve(path)));
  if (lost.length > 0) throw new Usage(`no suite that was asked for has ${lost.join(", ")}`, 2);
  return { suites, bulk: values.bulk ?? false };
}

function parsed(args: readonly string[], all: readonly Choosable[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: "string" },
        without: { type: "string" },
        bulk: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Usage(`${(error as Error).message}\n\n${help(all)}`, 2);
  }
}

function named<Suite extends Choosable>(list: string | undefined, all: readonly Suite[]): readonly Suite[] | undefined {
  return list?.split(",").map((name) => {
    const suite = all.find((one) => one.name === name);
    if (suite) return suite;
    throw new Usage(`no suite is called ${name}; there are ${all.map((one) => one.name).join(", ")}`, 2);
  });
}

const help = (all: readonly Choosable[]): string => `npm test -- [options] [files]

  --only unit,flows     these suites
  --without windows     all suites but these
  --bulk                in full what is else done as a sample
  test/flows/x.test.ts  these files only, of whichever suite

${all.map(({ name, what }) => `  ${name.padEnd(14)}${what}`).join("\n")}`;
