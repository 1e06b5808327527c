import type { Json } from "./passThrough.ts";

/*
 * The SDK validates every result of a server of 2026-07-28, and refuses all of one for a member that it does not expect.
 * `skipResultValidation` hands it a placeholder instead, which every one of its schemas accepts, and takes the server's own
 * result out of it again once the SDK has found who asked for it.
 */

/** The member by which a placeholder carries the server's result. The SDK copies results, and a symbol is copied with them. */
const BEHIND = Symbol("result of the server");

/** The members that the SDK demands of any result of 2026-07-28, all at once: whichever method it was, it finds its own. */
const everyResult: Json = {
  resultType: "complete",
  ttlMs: 0,
  cacheScope: "private",
  ...{ tools: [], prompts: [], resources: [], resourceTemplates: [] },
  ...{ content: [], messages: [], contents: [], completion: { values: [] } },
};

/** The placeholder for a result of a server. */
export const placeholderFor = (result: Json): Json => ({ ...everyResult, [BEHIND]: result });

/** Whether a result is a placeholder. The bundles ask this before the SDK's schemas, see `scripts/judgedBefore.ts`. */
export const isPlaceholder = (result: object): boolean => BEHIND in result;

/** The server's result that a placeholder carries; `undefined` where the result is no placeholder. */
export const resultBehind = (returned: Json): Json | undefined => (returned as { readonly [BEHIND]?: Json })[BEHIND];
