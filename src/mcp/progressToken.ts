import type { Json } from "./passThrough.ts";

/** Receives the progress of a request. */
export type OnProgress = (progress: Json) => void;

/**
 * Takes the caller's progress token out of `params`, and returns a callback that reports progress under that token.
 *
 * Tokens are unique per connection only, so an intermediary uses a different one on each side (2025-11-25,
 * basic/utilities/progress).
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
