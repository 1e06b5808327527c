import type { Json } from "./passThrough.ts";

/** What a server may be connected to for. */
const purposes = ["tools", "prompts", "resources"];

/**
 * The capabilities of a server that announces none of what it may be connected to for. The revisions have each of them be announced
 * (2025-11-25, basic/lifecycle), but servers with tools were seen to introduce themselves with `{}`, or with what they log alone.
 * One that announces anything of the kind is believed about the others.
 */
export const withAssumedTools = (capabilities: Json): Json =>
  purposes.some((name) => capabilities[name] !== undefined) ? capabilities : { ...capabilities, tools: {} };
