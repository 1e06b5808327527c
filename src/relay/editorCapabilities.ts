import type { Json } from "../mcp/passThrough.ts";

/** What a gateway may turn out to have, declared to the editor before the gateway was ever reached. */
const everything: Json = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
};

/**
 * What the relay says to editors that it can do.
 *
 * The relay itself says when lists change, for one after a sign-in, whether or not the gateway does.
 *
 * @param known what the gateway said when it was last reached
 */
export function editorCapabilities(known: Json | undefined): Json {
  if (known === undefined) return everything;
  const listChanged = (name: string) =>
    known[name] !== undefined && { [name]: { ...(known[name] as Json), listChanged: true } };
  return { ...known, ...listChanged("tools"), ...listChanged("prompts"), ...listChanged("resources") };
}
