import { GatewayFailure } from "../../failures/failure.ts";
import type { RuleFault } from "../../failures/toolRuleFacts.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { isValidValue, type ValueSchema } from "../../lib/json/validValue.ts";
import { callSeconds } from "../../lib/limits.ts";
import type { SetRules, ToolLayers } from "./toolLayers.ts";

const patterns: ValueSchema = { type: "array", items: { type: "string", minLength: 1 } };

/** The rules for tools, as editors check them while they are typed. */
export const toolRulesSchema: ValueSchema = {
  type: "object",
  additionalProperties: false,
  properties: { allow: patterns, deny: patterns, readOnly: { type: "boolean" } },
};

/** The members of such rules in words, for settings. */
export const toolRuleMembers = {
  allow: "The only tools that agents have, by their names, in which `*` stands for anything.",
  deny: "The tools that agents do not have, likewise. It goes before `allow`.",
  readOnly: "Whether agents have only tools that say of themselves that they only read (`readOnlyHint`).",
};

/** The limits of calls. */
export const timeoutSchema: ValueSchema = {
  anyOf: [callSeconds, { type: "object", additionalProperties: callSeconds }],
};

/** Rules that can be used. */
export interface ToolRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly readOnly?: boolean;
}

export interface PlacedFault {
  readonly place: string;
  readonly fault: RuleFault;
}

/** Reads the rules of one place, with all that is wrong with them. */
export function readToolRules({ rules, place }: SetRules): {
  readonly rules: ToolRules;
  readonly faults: readonly PlacedFault[];
} {
  if (!isJsonObject(rules)) return { rules: {}, faults: [{ place: place(""), fault: "rules" }] };
  const faults = Object.entries(rules).flatMap(([member, value]): readonly PlacedFault[] => {
    const schema = Object.hasOwn(toolRulesSchema.properties ?? {}, member) && toolRulesSchema.properties?.[member];
    if (!schema) return [{ place: place(member), fault: "unknown" }];
    return isValidValue(value, schema)
      ? []
      : [{ place: place(member), fault: member === "readOnly" ? "yesOrNo" : "patterns" }];
  });
  return { rules: rules as ToolRules, faults };
}

/** What is wrong with the limits of calls. */
export function timeoutFaults({ timeout }: ToolLayers): readonly PlacedFault[] {
  if (timeout === undefined || isValidValue(timeout.limits, timeoutSchema)) return [];
  const { limits, place } = timeout;
  if (!isJsonObject(limits)) return [{ place: place(""), fault: "seconds" }];
  return Object.entries(limits)
    .filter(([, limit]) => !isValidValue(limit, callSeconds))
    .map(([tool]) => ({ place: place(tool), fault: "seconds" }));
}

/** @throws GatewayFailure `tool_rules_invalid` with every fault and its place: no tool is called by rules that nobody knows */
export function checkToolRules(layers: ToolLayers): void {
  const faults = [...layers.rules.flatMap((one) => readToolRules(one).faults), ...timeoutFaults(layers)];
  if (faults.length > 0) throw new GatewayFailure("tool_rules_invalid", { faults });
}
