import { matchesPattern } from "../../lib/matchesPattern.ts";
import { readToolRules, timeoutFaults } from "./readToolRules.ts";
import type { ToolLayers } from "./toolLayers.ts";

/** Why a tool is kept from agents. */
export type KeptBack =
  /** The person hid it. */
  | { readonly kind: "hidden" }
  | { readonly kind: "denied"; readonly pattern: string; readonly place: string }
  | { readonly kind: "notAllowed"; readonly place: string }
  | { readonly kind: "notReadOnly"; readonly place: string }
  /** Rules that cannot be used let nothing through. */
  | { readonly kind: "unreadable"; readonly place: string };

export interface JudgedTool {
  readonly name: string;
  /** Whether it says of itself that it only reads (`readOnlyHint`). */
  readonly isReadOnly: boolean;
}

/** Says why a tool is kept from agents; undefined where they have it. The first place that keeps it is told. */
export type ToolJudge = (tool: JudgedTool) => KeptBack | undefined;

const lets: ToolJudge = () => undefined;

/** Who judges tools by what is set; each of the places has to let a tool through. */
export function toolJudge(layers: ToolLayers | undefined): ToolJudge {
  if (layers === undefined) return lets;
  const hidden = new Set(layers.hidden);
  const judges: readonly ToolJudge[] = [
    ...(hidden.size > 0
      ? [({ name }: JudgedTool) => (hidden.has(name) ? ({ kind: "hidden" } as const) : undefined)]
      : []),
    ...timeoutFaults(layers).map(
      ({ place }): ToolJudge =>
        () => ({ kind: "unreadable", place }),
    ),
    ...layers.rules.map(judgeOf),
  ];
  return judges.length === 0 ? lets : (tool) => firstOf(judges, tool);
}

function firstOf(judges: readonly ToolJudge[], tool: JudgedTool): KeptBack | undefined {
  for (const judge of judges) {
    const kept = judge(tool);
    if (kept) return kept;
  }
  return undefined;
}

function judgeOf(set: ToolLayers["rules"][number]): ToolJudge {
  const { rules, faults } = readToolRules(set);
  const [fault] = faults;
  if (fault) return () => ({ kind: "unreadable", place: fault.place });
  const { allow, deny = [], readOnly } = rules;
  return ({ name, isReadOnly }) => {
    const pattern = deny.find((one) => matchesPattern(one, name));
    if (pattern !== undefined) return { kind: "denied", pattern, place: set.place("deny") };
    if (allow && !allow.some((one) => matchesPattern(one, name))) {
      return { kind: "notAllowed", place: set.place("allow") };
    }
    return readOnly && !isReadOnly ? { kind: "notReadOnly", place: set.place("readOnly") } : undefined;
  };
}

/** Whether it takes what a tool says of itself to judge it. */
export const judgesByHints = ({ rules }: ToolLayers): boolean =>
  rules.some((one) => readToolRules(one).rules.readOnly === true);
