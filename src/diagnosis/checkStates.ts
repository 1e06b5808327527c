import type { CheckState } from "./accessReport.ts";

/** How a state is shown: by a word and a symbol, so that nobody depends on colours. The words are in `accessPageWords.ts`. */
export const checkStates: Readonly<Record<CheckState, { readonly symbol: string }>> = {
  passed: { symbol: "✓" },
  failed: { symbol: "✗" },
  note: { symbol: "•" },
  unknown: { symbol: "?" },
};
