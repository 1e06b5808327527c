import { foreignText } from "../lib/foreignText.ts";
import { visibleJson } from "../lib/visibleJson.ts";
import { type AnyFailure, GatewayFailure } from "./failure.ts";

/** How much of a fact stands in a sentence, in characters. Addresses and paths are long. */
const LONGEST_FACT = 500;

/** A failure as it may be shown: many of its facts come from outside, so that each is one line of what is seen of it. */
export function shownFailure(failure: AnyFailure): AnyFailure {
  const facts = Object.entries(toldApart(failure.facts)).map(([name, fact]) => [name, shownFact(fact)]);
  return new GatewayFailure(failure.code, Object.fromEntries(facts), { cause: failure.cause }) as AnyFailure;
}

/** What was expected and what was found, as JSON writes them where they differ in nothing that would be seen. */
function toldApart(facts: AnyFailure["facts"] & { readonly expected?: unknown; readonly found?: unknown }): object {
  const { expected, found } = facts;
  if (typeof expected !== "string" || typeof found !== "string" || expected === found) return facts;
  if (shownFact(expected) !== shownFact(found)) return facts;
  const written = (text: string) => visibleJson(JSON.stringify(text));
  return { ...facts, expected: written(expected), found: written(found) };
}

function shownFact(fact: unknown): unknown {
  if (typeof fact === "string") return foreignText(fact, LONGEST_FACT);
  if (Array.isArray(fact)) return fact.map(shownFact);
  if (typeof fact !== "object" || fact === null) return fact;
  return Object.fromEntries(Object.entries(fact).map(([name, member]) => [name, shownFact(member)]));
}
