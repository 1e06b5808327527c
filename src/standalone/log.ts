import type { Log } from "../lib/log.ts";
import { redact } from "../lib/redact.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { say } from "./stderr.ts";

/** The program's log: lines on standard error, errors alone unless `--verbose` asks for everything, with secrets redacted. */
export function openLog({ verbose }: Pick<StandaloneOptions, "verbose">): Log {
  const line = (level: string) => (message: string, facts?: object) =>
    say(redact(`[${level}] ${message}${facts ? ` ${JSON.stringify(facts)}` : ""}`));
  const quiet = () => {};
  return {
    debug: verbose ? line("debug") : quiet,
    info: verbose ? line("info") : quiet,
    warn: verbose ? line("warn") : quiet,
    error: line("error"),
  };
}
