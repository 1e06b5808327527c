import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  type AnyFailure,
  asFailure,
  type FailureCode,
  GatewayFailure,
  isFailure,
} from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import { english } from "../../../src/failures/translate.ts";
import { everyFailure, failureSamples } from "../../support/failureSamples.ts";

const issuer = "https://login.example.com";

test("every failure has a title, a detail and a next step in whole sentences, with nothing missing in them", () => {
  const faults = everyFailure().flatMap((failure) =>
    Object.entries(failureText(failure)).flatMap(([part, text]) => {
      const isDetailOfOthers = part === "detail" && failure.code === "unexpected";
      const whole = /^\S.*[.?)]$/s.test(text) || isDetailOfOthers;
      const complete = !/undefined|null|NaN|\[object|\$\{| {2}/.test(text);
      return whole && complete ? [] : [`${failure.code} ${part}: ${text}`];
    }),
  );
  assert.deepEqual(faults, []);
});

test("a detail holds the facts, so that a person can tell a colleague what was found", () => {
  const lacking = Object.entries(failureSamples).flatMap(([code, facts]) => {
    const { title, detail } = failureText(new GatewayFailure(code as FailureCode, facts) as AnyFailure);
    return Object.entries(facts)
      .filter(
        ([, fact]) => ![fact].flat().every((value) => stated(value).every((one) => `${title} ${detail}`.includes(one))),
      )
      .map(([name]) => `${code}.${name}`);
  });
  assert.deepEqual(lacking, []);
});

/**
 * What a detail has of a fact; one that is a fault is told in words, behind its place, or with all that was found by a fault of
 * some kind.
 */
function stated(fact: string | number | boolean | { readonly place: string } | { readonly kind: string }): string[] {
  if (typeof fact !== "object") return [String(fact)];
  if ("place" in fact) return [fact.place];
  const { kind: _, ...found } = fact;
  return Object.values(found).flat().map(String);
}

test("words come from the facts alone: what caused a failure is never quoted", () => {
  const quoting = everyFailure(new Error("marked-secret")).filter((failure) =>
    JSON.stringify(failureText(failure)).includes("marked-secret"),
  );
  assert.deepEqual(quoting, []);
});

test("no word comes from outside of translate, and no fact is part of a sentence that is to be translated", () => {
  const sentences = new Set<string>();
  const marked = everyFailure().flatMap((failure) =>
    Object.values(
      failureText(failure, (sentence, ...args) => {
        sentences.add(sentence);
        return `⟦${english(sentence, ...args)}⟧`;
      }),
    ).map((text) => ({ code: failure.code, text })),
  );
  const outside = marked.filter(({ text }) => !isOneMarked(text));
  const facts = everyFailure().flatMap(({ facts }) => Object.values(facts).flat());
  const named = facts.filter((fact) => typeof fact === "string" && /[\s:/]/.test(fact));
  const glued = [...sentences].filter((sentence) => named.some((fact) => sentence.includes(fact as string)));
  assert.deepEqual({ outside, glued, many: sentences.size > 130 }, { outside: [], glued: [], many: true });
});

/** Whether a text is one sentence of translate's, from its first character to its last. */
function isOneMarked(text: string): boolean {
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === "⟦") depth++;
    if (character === "⟧") depth--;
    if (depth === 0 && index < text.length - 1) return false;
  }
  return text.length > 0 && depth === 0;
}

test("arguments are numbered, so that another language may put them in another order, and are taken as they are", () => {
  assert.deepEqual(
    [
      english("{0} of {1}", "a", "b"),
      english("{1} of {0}: {0}", "a", 2),
      english("{0}", "{1} $& {0}"),
      english("{2}", "a"),
    ],
    ["a of b", "2 of a: a", "{1} $& {0}", "{2}"],
  );
});

test("what a person can do differs with the refusal", () => {
  const next = (failure: AnyFailure) => failureText(failure).nextStep;
  const refused = (error: string) => new GatewayFailure("token_refused", { issuer, status: 400, error }) as AnyFailure;
  const denied = (error: string) => new GatewayFailure("authorization_refused", { issuer, error }) as AnyFailure;
  assert.deepEqual(
    {
      client: next(refused("invalid_client")) === next(refused("unauthorized_client")),
      grant: next(refused("invalid_grant")) === next(refused("invalid_client")),
      scope: next(denied("invalid_scope")) === next(denied("server_error")),
    },
    { client: true, grant: false, scope: false },
  );
});

test("a failure is recognised by its brand in any bundle, and anything else becomes one", () => {
  const failure = new GatewayFailure("access_denied", { issuer });
  const ofAnotherBundle = { code: "access_denied", facts: { issuer }, [Symbol.for("gateway-connect.failure")]: true };
  assert.deepEqual(
    [
      isFailure(failure),
      isFailure(failure, "access_denied"),
      isFailure(failure, "unexpected"),
      isFailure(ofAnotherBundle, "access_denied"),
      isFailure(new Error("x")),
      isFailure(null),
      asFailure(failure) === (failure as unknown),
      asFailure(new Error("broke")).facts,
      asFailure("text").facts,
      failure.message,
      inspect(failure).includes("access_denied"),
    ],
    [true, true, false, true, false, false, true, { reason: "broke" }, { reason: "text" }, "access_denied", true],
  );
});
