import { matchesPattern } from "../../lib/matchesPattern.ts";
import type { CallLimit } from "../../relay/callLimit.ts";
import type { ToolLayers } from "./toolLayers.ts";

/**
 * How long a call of a tool may take; undefined where nothing is set. Its own name goes before a pattern, and a longer
 * pattern before a shorter one.
 */
export function callLimit(tool: string, { timeout }: Pick<ToolLayers, "timeout">): CallLimit | undefined {
  if (timeout === undefined) return undefined;
  const { limits, place } = timeout;
  if (typeof limits === "number") return { seconds: limits, place: place("") };
  const all = limits as Readonly<Record<string, number>>;
  const [named] = Object.keys(all)
    .filter((pattern) => matchesPattern(pattern, tool))
    .sort((one, other) => Number(other === tool) - Number(one === tool) || other.length - one.length);
  return named === undefined ? undefined : { seconds: all[named] as number, place: place(named) };
}
