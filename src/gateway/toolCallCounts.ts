import { LONGEST_NAME, MOST_COUNTED_NAMES } from "../lib/limits.ts";

/** Counts calls by `target___tool`. Callers make names up, so that not every one is counted. */
export interface ToolCallCounts {
  add(tool: string): void;
  all(): Readonly<Record<string, number>>;
}

export function toolCallCounts(): ToolCallCounts {
  const counts = new Map<string, number>();
  return {
    add(tool) {
      const count = counts.get(tool) ?? 0;
      const isNew = count === 0;
      if (isNew && (tool.length > LONGEST_NAME || counts.size >= MOST_COUNTED_NAMES)) return;
      counts.set(tool, count + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}
