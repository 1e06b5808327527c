import { foreignText } from "../lib/foreignText.ts";
import { type AnyFailure, GatewayFailure } from "./failure.ts";

/** How much of a fact stands in a sentence, in characters. Addresses and paths are long. */
const LONGEST_FACT = 500;

/** A failure as it may be shown: many of its facts come from outside, so that each is one line of what is seen of it. */
export function shownFailure(failure: AnyFailure): AnyFailure {
  const facts = Object.entries(failure.facts).map(([name, fact]) => [name, shownFact(fact)]);
  return new GatewayFailure(failure.code, Object.fromEntries(facts), { cause: failure.cause }) as AnyFailure;
}

function shownFact(fact: unknown): unknown {
  if (typeof fact === "string") return foreignText(fact, LONGEST_FACT);
  if (Array.isArray(fact)) return fact.map(shownFact);
  if (typeof fact !== "object" || fact === null) return fact;
  return Object.fromEntries(Object.entries(fact).map(([name, member]) => [name, shownFact(member)]));
}
