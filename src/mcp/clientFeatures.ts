import type { Json } from "./passThrough.ts";
import type { Caller } from "./peer.ts";
import type { Era } from "./upstreamClient.ts";

/** The capabilities by which a client says what a server may request of it (2025-11-25, client features). */
export const clientFeatures: readonly string[] = ["elicitation", "sampling", "roots"];

/** Whether a server that knows this caller in a session may ask it something there. */
export const wantsSession = ({ hasSession = false, capabilities }: Caller): boolean =>
  hasSession && clientFeatures.some((name) => capabilities[name] !== undefined);

/** A caller's capabilities without those for requests of a server. */
export const withoutClientFeatures = (capabilities: Json): Json =>
  Object.fromEntries(Object.entries(capabilities).filter(([name]) => !clientFeatures.includes(name)));

/**
 * The era that a server is to be remembered for, after it was connected to for this caller.
 *
 * @returns undefined where it was given the session that the caller wants, and so not asked which other era it speaks
 */
export const saidEra = (
  caller: Caller,
  { era, sessionId }: { readonly era: Era; readonly sessionId: string | undefined },
): Era | undefined => (era === "legacy" && sessionId !== undefined && wantsSession(caller) ? undefined : era);
