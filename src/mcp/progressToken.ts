import type { Json } from "./passThrough.ts";

/** Progress as a callback receives it. */
export type OnProgress = (progress: Json) => void;

/**
 * Takes the asker's progress token out of `params`, and gives a callback that reports under that token.
 *
 * Tokens are unique per connection only, so each side of who stands between has its own (2025-11-25, basic/utilities/progress).
 */
export function withoutProgressToken(
  params: Json | undefined,
  notify: (method: string, params: Json) => void,
): { readonly params: Json | undefined; readonly onprogress?: OnProgress } {
  const meta = params?._meta as Json | undefined;
  const token = meta?.progressToken;
  if (token === undefined) return { params };
  const { progressToken: _, ...rest } = meta as Record<string, unknown>;
  const { _meta, ...others } = params as Record<string, unknown>;
  return {
    params: Object.keys(rest).length === 0 ? others : { ...others, _meta: rest },
    onprogress: (progress) => notify("notifications/progress", { ...progress, progressToken: token }),
  };
}
