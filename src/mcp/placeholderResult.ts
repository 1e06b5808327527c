import type { Json } from "./passThrough.ts";

/** Where a stand-in has the result in whose place it is. The SDK copies results, and copies have it too. */
const BEHIND = Symbol("given");

/** What the SDK asks of the results of 2026-07-28, of all its methods at once. */
const everyResult: Json = {
  resultType: "complete",
  ttlMs: 0,
  cacheScope: "private",
  ...{ tools: [], prompts: [], resources: [], resourceTemplates: [] },
  ...{ content: [], messages: [], contents: [], completion: { values: [] } },
};

/** What the SDK is given in the place of a result that it has not to judge. */
export const placeholderFor = (result: Json): Json => ({ ...everyResult, [BEHIND]: result });

/** Whether it is one, which every schema of a result accepts. */
export const isPlaceholder = (result: object): boolean => BEHIND in result;

/** The result in whose place a stand-in was; `undefined` where it is none. */
export const resultBehind = (returned: Json): Json | undefined => (returned as { readonly [BEHIND]?: Json })[BEHIND];
