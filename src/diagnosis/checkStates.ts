import type { CheckState } from "./accessReport.ts";

/** How a state is shown: by a word and a symbol, so that nobody depends on colours. */
export const checkStates: Readonly<Record<CheckState, { readonly symbol: string; readonly word: string }>> = {
  passed: { symbol: "✓", word: "passed" },
  failed: { symbol: "✗", word: "failed" },
  note: { symbol: "•", word: "note" },
  unknown: { symbol: "?", word: "unknown" },
};
