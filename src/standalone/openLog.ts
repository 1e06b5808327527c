import { type Log, loggedText } from "../lib/log.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { say } from "./output.ts";

/** How much of a line is logged, in characters. */
const LONGEST_LINE = 8_000;

/** The program's log: lines on standard error, errors alone unless `--verbose` asks for everything, with secrets redacted. */
export function openLog({ verbose }: Pick<StandaloneOptions, "verbose">): Log {
  const line = (level: string) => (message: string, facts?: object) =>
    say(loggedText(`[${level}] ${message}${facts ? ` ${JSON.stringify(facts)}` : ""}`, LONGEST_LINE));
  const quiet = () => {};
  return {
    debug: verbose ? line("debug") : quiet,
    info: verbose ? line("info") : quiet,
    warn: verbose ? line("warn") : quiet,
    error: line("error"),
  };
}
