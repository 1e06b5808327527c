import type { Log } from "../lib/log.ts";
import { redact } from "../lib/redact.ts";

/** Tells the person something. Standard output belongs to MCP, so that everything for people goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Lines on standard error: errors, and everything else too where the person asked for it. */
export function stderrLog(verbose: boolean): Log {
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
