import type { Json } from "../json.ts";
import type { OnProgress } from "./callerSide.ts";

/**
 * Takes the asker's progress token out of `params`, and gives a callback that reports under that token.
 *
 * Tokens are unique per connection only, so each side of the gateway has its own (2025-11-25, utilities/progress).
 */
export function withoutProgressToken(
  params: Json | undefined,
  notify: (method: string, params: Json) => void,
): { readonly params: Json | undefined; readonly onprogress?: OnProgress } {
  const { progressToken, ...meta } = { ...(params?._meta as Json | undefined) } as Record<string, unknown>;
  if (progressToken === undefined) return { params };
  const { _meta, ...others } = params as Record<string, unknown>;
  return {
    params: Object.keys(meta).length === 0 ? others : { ...others, _meta: meta },
    onprogress: (progress) => notify("notifications/progress", { ...progress, progressToken }),
  };
}
