import { foreignText } from "../../lib/foreignText.ts";
import type { Decision } from "./authorizer.ts";
import type { Finding } from "./finding.ts";

/** How the gateway answers a decision: it lets the caller in, or refuses with a status and an error code. */
export function answerOf(decision: Decision): string {
  switch (decision.kind) {
    case "allowed":
      return "allowed";
    case "noToken":
      return "refused with 401 invalid_token: there is no bearer token";
    case "invalidToken":
      return "refused with 401 invalid_token";
    case "insufficientScope":
      return "refused with 403 insufficient_scope";
    case "undecided":
      return `undecided, answered with 500: ${foreignText(decision.reason)}`;
  }
}

/**
 * A decision in lines for people: the answer, then what each rule expected and found. A rule that AgentCore does not
 * have is marked, since AgentCore may accept the same token. No line contains the token.
 */
export function decisionText(decision: Decision): readonly string[] {
  return [answerOf(decision), ...decision.findings.map(lineOf)];
}

function lineOf({ rule, claim, expected, found, ok, beyondAgentCore }: Finding): string {
  const what = `${claim === "" ? rule : `${rule} (${foreignText(claim)})`}${beyondAgentCore ? ", beyond AgentCore" : ""}`;
  if (ok) return `  passed  ${what}: ${shownValue(found)}`;
  return `  FAILED  ${what}: expected ${shownValue(expected)}, found ${shownValue(found)}`;
}

/** A long list of expected values would hide the one that was found. */
const MOST_CHARACTERS = 200;

/** The value of a claim, or the value that a rule expects, as text for people. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing";
  return foreignText(typeof value === "string" ? value : JSON.stringify(value), MOST_CHARACTERS);
}
