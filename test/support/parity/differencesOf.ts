import type { Json } from "../../../src/mcp/passThrough.ts";

/** A place in what a probe saw, where a way shows something else than the direct one. */
export interface Difference {
  /** A JSON pointer (RFC 6901). */
  readonly at: string;
  /** What is there directly, and on the way; absent where nothing is. */
  readonly direct?: unknown;
  readonly here?: unknown;
}

export function differencesOf(direct: unknown, here: unknown, at = ""): readonly Difference[] {
  if (direct === here) return [];
  if (!isContainer(direct) || !isContainer(here) || Array.isArray(direct) !== Array.isArray(here)) {
    return [{ at, ...(direct !== undefined && { direct }), ...(here !== undefined && { here }) }];
  }
  const keys = new Set([...Object.keys(direct), ...Object.keys(here)]);
  return [...keys].flatMap((key) => differencesOf(direct[key], here[key], `${at}/${escaped(key)}`));
}

const isContainer = (value: unknown): value is Json => typeof value === "object" && value !== null;
const escaped = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
