import { loggedText, type ProgramLog } from "../lib/log.ts";
import { doneWithin } from "../lib/waiting.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { say } from "./output.ts";

/** How much of a line is logged, in characters. */
const LONGEST_LINE = 8_000;

/** How long the last lines may take, in milliseconds: whoever reads them may have stopped. */
const LAST_LINES_MS = 500;

/**
 * The program's log: lines on standard error, errors alone unless `--verbose` asks for everything, with secrets redacted. Whatever
 * else takes the log of this program is opened and closed here.
 */
export function openLog({ verbose }: Pick<StandaloneOptions, "verbose">): ProgramLog {
  const line = (level: string) => (message: string, facts?: object) =>
    say(loggedText(`[${level}] ${message}${facts ? ` ${JSON.stringify(facts)}` : ""}`, LONGEST_LINE));
  const quiet = () => {};
  return {
    debug: verbose ? line("debug") : quiet,
    info: verbose ? line("info") : quiet,
    warn: verbose ? line("warn") : quiet,
    error: line("error"),
    async close() {
      // A process that ends does not wait for a pipe.
      await doneWithin(LAST_LINES_MS, new Promise((written) => process.stderr.write("", written)));
    },
  };
}
