import { allCapabilities } from "../mcp/allCapabilities.ts";
import type { Json } from "../mcp/passThrough.ts";

/**
 * The capabilities that the relay declares to editors.
 *
 * The relay itself announces changed lists, after a sign-in for instance, even when the gateway does not.
 *
 * @param known the capabilities of the gateway when it was last reached
 */
export function editorCapabilities(known: Json | undefined): Json {
  if (known === undefined) return allCapabilities;
  const listChanged = (name: string) =>
    known[name] !== undefined && { [name]: { ...(known[name] as Json), listChanged: true } };
  return { ...known, ...listChanged("tools"), ...listChanged("prompts"), ...listChanged("resources") };
}
