import type { Clause, Expr, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Cedar } from "./loadCedar.ts";

/**
 * A policy taken apart in two statements of Cedar: what it demands of the caller, which is the same for every call of one token
 * and is decided once, and what it demands of the call. The second is asked only where the first holds.
 */
export interface PolicyHalves {
  /** A permit of whoever the policy's scope names, under the conditions that come first and look at the caller alone. */
  readonly caller: string;
  /** The policy for such a caller: its other conditions, for any action and resource. */
  readonly call: string;
}

const anything = { action: { op: "All" }, resource: { op: "All" } } as const;

/**
 * Takes a policy apart. Cedar joins its conditions with `&&` and looks at them from the left: where the first ones are false, the
 * policy does not apply whatever the others would say, and where they are true, the others decide. So it may be cut after the
 * last of the leading conditions that look at the caller alone, and both halves together say what the whole one says.
 *
 * @returns undefined for a policy that cannot be taken apart: one with a number that JavaScript has not exactly, or too deep
 */
export function policyHalves({ effect, principal, conditions }: PolicyJson, cedar: Cedar): PolicyHalves | undefined {
  if (!isExact(conditions)) return undefined;
  const parts = conditions.flatMap(conjuncts);
  const end = parts.findIndex(({ body }) => !looksAtCallerAlone(body));
  const first = end === -1 ? parts : parts.slice(0, end);
  const rest = parts.slice(first.length);
  const caller = textOf({ effect: "permit", principal, ...anything, conditions: first }, cedar);
  const call = textOf({ effect, principal: { op: "All" }, ...anything, conditions: rest }, cedar);
  return caller !== undefined && call !== undefined ? { caller, call } : undefined;
}

/** Cedar writes no expression with more than some hundred operators in one another, and throws. */
function textOf(policy: PolicyJson, cedar: Cedar): string | undefined {
  try {
    const answer = cedar.policyToText(policy);
    return answer.type === "success" ? answer.text : undefined;
  } catch {
    return undefined;
  }
}

/** What `&&` joins in a condition, in the order in which it is looked at. */
function conjuncts(clause: Clause): readonly Clause[] {
  const { kind, body } = clause;
  if (kind === "unless" || !("&&" in body)) return [clause];
  const { left, right } = body["&&"] as { readonly left: Expr; readonly right: Expr };
  return [...conjuncts({ kind, body: left }), ...conjuncts({ kind, body: right })];
}

const looksAtCallerAlone = (expression: unknown): boolean => {
  if (Array.isArray(expression)) return expression.every(looksAtCallerAlone);
  if (!isJsonObject(expression)) return true;
  return Object.entries(expression).every(([name, part]) =>
    name === "Var" ? part === "principal" : looksAtCallerAlone(part),
  );
};

const isExact = (value: unknown): boolean => {
  if (typeof value === "bigint") return false;
  if (typeof value === "number") return Number.isSafeInteger(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isExact);
};
