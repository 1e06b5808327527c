import type * as vscode from "vscode";
import { type Log, type LogFacts, loggedText } from "../lib/log.ts";
import { redact } from "../lib/redact.ts";

/** How much of a fact is logged, in characters. */
const LONGEST_FACT = 1000;

/** Writes to the extension's output channel, in lines that a person can follow, with secrets redacted. */
export function channelLog(channel: vscode.LogOutputChannel): Log {
  const line = (message: string, facts: LogFacts = {}): string => {
    const shown = Object.entries(facts).filter(([, value]) => value !== undefined);
    const text = shown
      .map(
        ([name, value]) =>
          `${name}=${loggedText(Array.isArray(value) ? value.join(" ") : String(value), LONGEST_FACT)}`,
      )
      .join(", ");
    return redact(text ? `${message} (${text})` : message);
  };
  return {
    debug: (message, facts) => channel.debug(line(message, facts)),
    info: (message, facts) => channel.info(line(message, facts)),
    warn: (message, facts) => channel.warn(line(message, facts)),
    error: (message, facts) => channel.error(line(message, facts)),
  };
}
