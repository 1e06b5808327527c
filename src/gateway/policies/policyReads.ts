import type { CedarValueJson, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { PolicyPrincipal } from "./policyPrincipal.ts";

/** What policies look at of a request whose caller's type and whose tool are known: nothing else can change what they say. */
export interface PolicyReads {
  /** Whether the caller's id is looked at. */
  readonly id: boolean;
  /** The tags of the caller. */
  readonly tags: ReadonlySet<string> | "all";
  /** The arguments, by the names of the outermost. */
  readonly inputs: ReadonlySet<string> | "all";
  readonly now: boolean;
}

/** What several policies look at together. */
export function joinedReads(all: readonly PolicyReads[]): PolicyReads {
  const union = (sets: readonly (ReadonlySet<string> | "all")[]) =>
    sets.includes("all")
      ? ("all" as const)
      : new Set((sets as readonly ReadonlySet<string>[]).flatMap((one) => [...one]));
  return {
    id: all.some(({ id }) => id),
    tags: union(all.map(({ tags }) => tags)),
    inputs: union(all.map(({ inputs }) => inputs)),
    now: all.some(({ now }) => now),
  };
}

/** Whether policies look at what a caller says with a call, which nobody knows before there is one. */
export const readsCall = ({ inputs, now }: PolicyReads): boolean => inputs === "all" || inputs.size > 0 || now;

/** A caller with those tags alone that policies look at: a token may have many, and Cedar would read them all for each call. */
export function lookedAt(principal: PolicyPrincipal, { tags }: PolicyReads): PolicyPrincipal {
  if (tags === "all") return principal;
  const names = [...tags].filter((name) => Object.hasOwn(principal.tags, name));
  return { ...principal, tags: Object.fromEntries(names.map((name) => [name, principal.tags[name] ?? ""])) };
}

/**
 * All that policies look at of a request, as one text.
 *
 * @param input the arguments in Cedar's JSON
 */
export function readKey({ id, tags, inputs }: PolicyReads, principal: PolicyPrincipal, input: CedarValueJson): string {
  const chosen = (values: object, names: ReadonlySet<string> | "all") =>
    names === "all" ? values : [...names].map((name) => (Object.hasOwn(values, name) ? values[name as never] : null));
  return JSON.stringify([
    ...[principal.type, id ? principal.id : ""],
    ...[chosen(principal.tags, tags), chosen(input as object, inputs)],
  ]);
}

/** What a policy looks at. Where it is not plain, it looks at everything. */
export function readsOf({ principal, conditions }: PolicyJson): PolicyReads {
  const tags = new Set<string>();
  const inputs = new Set<string>();
  const found = { id: principal.op !== "All" && principal.op !== "is", now: false, allTags: false, allInputs: false };
  if (principal.op === "is" && "in" in principal) found.id = true;

  function walk(expression: unknown): void {
    if (Array.isArray(expression)) for (const one of expression) walk(one);
    if (!isJsonObject(expression)) return;
    const [name = "", part] = Object.entries(expression)[0] ?? [];
    if (name === "Value") return;
    if (name === "Var") variable(part);
    else if ((name === "hasTag" || name === "getTag") && isJsonObject(part)) tag(part);
    else if ((name === "." || name === "has") && isJsonObject(part)) member(part);
    else for (const one of Object.values(isJsonObject(part) ? part : { part })) walk(one);
  }

  function variable(name: unknown): void {
    if (name === "principal") found.id = true;
    if (name === "context") Object.assign(found, { now: true, allInputs: true });
  }

  function tag({ left, right }: Readonly<Record<string, unknown>>): void {
    const named = isJsonObject(right) ? right.Value : undefined;
    if (isVar(left, "principal") && typeof named === "string") tags.add(named);
    else {
      found.allTags = true;
      walk(left);
      walk(right);
    }
  }

  function member({ left, attr }: Readonly<Record<string, unknown>>): void {
    // `context has input.note` has both names in one list.
    const [first, second] = [attr].flat();
    const place = pathOf(left);
    if (place === "input") inputs.add(String(first));
    else if (place === "context" && first === "input" && second !== undefined) inputs.add(String(second));
    else if (place === "context" && first === "system") found.now = true;
    else walk(left);
  }

  for (const { body } of conditions) walk(body);
  return {
    id: found.id,
    tags: found.allTags ? "all" : tags,
    inputs: found.allInputs ? "all" : inputs,
    now: found.now,
  };
}

const isVar = (expression: unknown, name: string): boolean => isJsonObject(expression) && expression.Var === name;

/** Whether an expression is the context itself, or its arguments. */
function pathOf(expression: unknown): "context" | "input" | undefined {
  if (isVar(expression, "context")) return "context";
  const inner = isJsonObject(expression) ? expression["."] : undefined;
  return isJsonObject(inner) && isVar(inner.left, "context") && inner.attr === "input" ? "input" : undefined;
}
