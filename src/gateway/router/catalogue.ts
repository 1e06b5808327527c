/**
 * Remembers what the targets last listed, for all callers. It stands in for a target that does not answer, and tells
 * which target has a resource.
 */
export interface Catalogue {
  items(target: string, method: ListMethod): readonly Json[];
  listed(target: string, method: ListMethod, items: readonly Json[]): void;
  era(target: string): "legacy" | undefined;
  learnedEra(target: string, era: "legacy" | "modern" | undefined): void;
  /** Call it when a target was removed or replaced. */
  forget(target: string): void;
}

export function createCatalogue(): Catalogue {
  const known = new Map<string, readonly Json[]>();
  const legacy = new Set<string>();
  const key = (target: string, method: ListMethod) => `${target} ${method}`;
  return {
    items: (target, method) => known.get(key(target, method)) ?? [],
    listed: (target, method, items) => void known.set(key(target, method), items),
    era: (target) => (legacy.has(target) ? "legacy" : undefined),
    learnedEra: (target, era) => void (era === "legacy" ? legacy.add(target) : legacy.delete(target)),
    forget(target) {
      legacy.delete(target);
      for (const method of listMethods) known.delete(key(target, method));
    },
  };
}

import { type ListMethod, listMethods } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
