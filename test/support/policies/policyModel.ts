import { gatewayArn } from "./shopPolicies.ts";

/*
 * Policies as data, what they say in Cedar, and what they mean: an evaluator that knows nothing of Cedar's, to hold the engine
 * to. It has AgentCore's rules in the fewest words: a forbid that matches denies, else a permit that matches allows, else no.
 */

export type Condition =
  | { readonly kind: "tag"; readonly name: string; readonly value: string }
  | { readonly kind: "tagLike"; readonly name: string; readonly part: string }
  | { readonly kind: "amount"; readonly op: "<" | "<=" | ">" | ">=" | "=="; readonly value: number }
  | { readonly kind: "price"; readonly op: "lessThan" | "greaterThanOrEqual"; readonly value: string }
  | { readonly kind: "note"; readonly part: string }
  | { readonly kind: "label"; readonly value: string }
  | { readonly kind: "urgent" }
  | { readonly kind: "before"; readonly day: number }
  | { readonly kind: "and" | "or"; readonly of: readonly [Condition, Condition] }
  | { readonly kind: "not"; readonly of: Condition };

export interface ModelPolicy {
  readonly effect: "permit" | "forbid";
  readonly principal: "anyone" | "user" | "iam" | { readonly id: string };
  /** Tools, one group, or everything. */
  readonly action: readonly string[] | { readonly group: string } | "all";
  readonly when: Condition | undefined;
  readonly unless: Condition | undefined;
}

export interface ModelRequest {
  readonly principal: {
    readonly kind: "user" | "iam";
    readonly id: string;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly tool: string;
  readonly input: {
    readonly amount: number;
    readonly price?: number;
    readonly note?: string;
    readonly labels?: readonly string[];
    readonly urgent: boolean;
  };
  /** The day of November 2026. */
  readonly day: number;
}

/** The tool's schema, which is the same for all of them. */
export const modelSchema = {
  type: "object",
  properties: {
    amount: { type: "integer" },
    price: { type: "number" },
    note: { type: "string" },
    labels: { type: "array", items: { type: "string" } },
    urgent: { type: "boolean" },
  },
  required: ["amount", "urgent"],
};

const text = (value: string) => JSON.stringify(value);
const day = (of: number) => `2026-11-${String(of).padStart(2, "0")}`;

/** A condition in Cedar. */
function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case "tag":
      return `(principal.hasTag(${text(condition.name)}) && principal.getTag(${text(condition.name)}) == ${text(condition.value)})`;
    case "tagLike":
      return `(principal.hasTag(${text(condition.name)}) && principal.getTag(${text(condition.name)}) like ${text(`*${condition.part}*`)})`;
    case "amount":
      return `(context.input.amount ${condition.op} ${condition.value})`;
    case "price":
      return `(context.input has price && context.input.price.${condition.op}(decimal(${text(condition.value)})))`;
    case "note":
      return `(context.input has note && context.input.note like ${text(`*${condition.part}*`)})`;
    case "label":
      return `(context.input has labels && context.input.labels.contains(${text(condition.value)}))`;
    case "urgent":
      return "context.input.urgent";
    case "before":
      return `(context.system.now < datetime(${text(day(condition.day))}))`;
    case "and":
    case "or":
      return `(${condition.of.map(conditionText).join(condition.kind === "and" ? " && " : " || ")})`;
    case "not":
      return `!(${conditionText(condition.of)})`;
  }
}

/** A policy in Cedar. What names tags says that it is about users, since nobody else has any. */
export function policyText({ effect, principal, action, when, unless }: ModelPolicy): string {
  const user = "AgentCore::OAuthUser";
  const who =
    principal === "anyone"
      ? "principal"
      : principal === "user"
        ? `principal is ${user}`
        : principal === "iam"
          ? "principal is AgentCore::IamEntity"
          : `principal == ${user}::${text(principal.id)}`;
  const uid = (id: string) => `AgentCore::Action::${text(id)}`;
  const what =
    action === "all"
      ? "action"
      : "group" in action
        ? `action in ${uid(action.group)}`
        : action.length === 1
          ? `action == ${uid(action[0] ?? "")}`
          : `action in [${action.map(uid).join(", ")}]`;
  const where = action === "all" ? "resource is AgentCore::Gateway" : `resource == AgentCore::Gateway::"${gatewayArn}"`;
  const clauses = [
    ...(when ? [` when { ${conditionText(when)} }`] : []),
    ...(unless ? [` unless { ${conditionText(unless)} }`] : []),
  ];
  return `${effect}(${who}, ${what}, ${where})${clauses.join("")};`;
}

function holds(condition: Condition, { principal, input, day: today }: ModelRequest): boolean {
  const of = (one: Condition) => holds(one, { principal, input, day: today, tool: "" });
  switch (condition.kind) {
    case "tag":
      return principal.tags[condition.name] === condition.value;
    case "tagLike":
      return principal.tags[condition.name]?.includes(condition.part) ?? false;
    case "amount": {
      const { amount } = input;
      const { op, value } = condition;
      if (op === "==") return amount === value;
      if (op === "<" || op === "<=") return amount < value || (op === "<=" && amount === value);
      return amount > value || (op === ">=" && amount === value);
    }
    case "price": {
      if (input.price === undefined) return false;
      const price = Math.trunc(Math.round(input.price * 1e6) / 100);
      const limit = Math.round(Number(condition.value) * 1e4);
      return condition.op === "lessThan" ? price < limit : price >= limit;
    }
    case "note":
      return input.note?.includes(condition.part) ?? false;
    case "label":
      return input.labels?.includes(condition.value) ?? false;
    case "urgent":
      return input.urgent;
    case "before":
      // Noon is after the beginning of its day.
      return today < condition.day;
    case "and":
      return condition.of.every(of);
    case "or":
      return condition.of.some(of);
    case "not":
      return !of(condition.of);
  }
}

/** Whether a policy matches, condition and scope. */
export function matches({ principal: who, action, when, unless }: ModelPolicy, request: ModelRequest): boolean {
  const { principal, tool } = request;
  const isMeant =
    who === "anyone" ||
    (who === "user" || who === "iam" ? principal.kind === who : principal.kind === "user" && principal.id === who.id);
  const [target = ""] = tool.split("___");
  const isAbout =
    action === "all" ||
    ("group" in action ? [target, "CallTool", "Mcp"].includes(action.group) : action.includes(tool));
  return isMeant && isAbout && (!when || holds(when, request)) && !(unless && holds(unless, request));
}

/** The decision, and the places of the policies that made it. */
export function modelDecision(policies: readonly ModelPolicy[], request: ModelRequest) {
  const matching = policies.map((policy, at) => ({ policy, at })).filter(({ policy }) => matches(policy, request));
  const of = (effect: ModelPolicy["effect"]) =>
    matching.filter(({ policy }) => policy.effect === effect).map(({ at }) => at);
  const [forbids, permits] = [of("forbid"), of("permit")];
  if (forbids.length > 0) return { decision: "deny", by: forbids };
  return permits.length > 0 ? { decision: "allow", by: permits } : { decision: "deny", by: [] };
}
