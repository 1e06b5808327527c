import { SdkHttpError } from "@modelcontextprotocol/client";
import { causesOf, codeOf } from "../../lib/causes.ts";
import { foreignText, visibleText } from "../../lib/foreignText.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { ProcessOutput } from "./processOutput.ts";
import type { Target } from "./target.ts";
import { targetSecrets, withoutSecrets } from "./targetSecrets.ts";

/** A target may answer with a page; what a person needs is at its beginning. */
const LONGEST_REASON = 1000;
/** How much of what a process said is told: its last lines. */
const MOST_LINES = 20;
const LONGEST_LINES = 2000;

/**
 * Explains why a target failed, for the operator's log: the messages of the error and its causes, and for a process how
 * it ended and its last lines on standard error.
 *
 * The result contains none of the secrets that the target was given, and is short however much the target writes.
 */
export function failureFacts(target: Target, error: unknown, output: ProcessOutput): Json {
  const lines = lastLines(target, output);
  return { error: failureReason(target, error, output.end), ...(lines.length > 0 && { stderr: lines }) };
}

/** What the error and its causes say, in a line. */
export function failureReason(target: Target, error: unknown, end?: string): string {
  const said: string[] = [];
  for (const cause of causesOf(error, "first")) {
    const words = cause instanceof Error ? wordsOf(cause) : "";
    if (words !== "" && !said.some((earlier) => earlier.includes(words))) said.push(words);
  }
  if (end !== undefined) said.push(end);
  const text = withoutSecrets(said.length > 0 ? said.join(": ") : "it gave no reason", targetSecrets(target));
  return foreignText(text, LONGEST_REASON);
}

function wordsOf(error: Error): string {
  const words = error.message.trim();
  // An error for several addresses has no message of its own.
  if (words === "") return codeOf(error);
  const status = SdkHttpError.isInstance(error) ? error.status : undefined;
  return status === undefined || words.includes(String(status)) ? words : `HTTP ${status}: ${words}`;
}

function lastLines(target: Target, { text, isCut }: ProcessOutput): readonly string[] {
  // Remove colours first: they may be in the middle of a secret.
  const plain = visibleText(text);
  const secrets = targetSecrets(target);
  const shown = withoutSecrets(plain, secrets);
  // What was cut in its middle cannot be found any more, and is no longer than the longest.
  const whole = isCut ? shown.slice(secrets[0]?.length ?? 0) : shown;
  const cut = isCut || whole.length > LONGEST_LINES;
  const lines = whole.slice(-LONGEST_LINES).split(/\r?\n/);
  // The first line begins somewhere, unless it is the only one.
  const complete = cut && lines.length > 1 ? lines.slice(1) : lines;
  return complete.filter((line) => line.trim() !== "").slice(-MOST_LINES);
}
