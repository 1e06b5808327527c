import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, type Transport } from "@modelcontextprotocol/client";
import { causesOf } from "../lib/causes.ts";
import type { ConnectionWorld } from "./connectionWorld.ts";
import { wasNeverSent } from "./networkCauses.ts";

/** How long a server may take to say its era before it is asked in the earlier one, in milliseconds. */
export const DISCOVER_TIMEOUT_MS = 8_000;

/**
 * Opens a connection in the era that the server spoke last, or else asks it by `server/discover` (2026-07-28), and tries the
 * other era before it gives up: a server may have been replaced by one of another revision, and servers that do not know
 * `server/discover` were seen to refuse it with any status, with a page, under no id, with silence and by closing the
 * connection. The SDK itself falls back at the refusals that it knows only.
 *
 * @param open opens a connection in the era that the world names, or in the one that `server/discover` says where it names none
 * @throws what the last attempt did
 */
export async function negotiateEra<T>(
  world: ConnectionWorld,
  open: (world: ConnectionWorld) => Promise<T>,
): Promise<T> {
  const { negotiation, era, signal, connectTimeoutMs } = world;
  if (negotiation !== "auto") return await open(world);
  const initialize = { ...world, era: "legacy" as const };
  const discover = { ...world, era: undefined };
  const instead = async (error: unknown, isWorthwhile: boolean, other: ConnectionWorld) => {
    if (signal.aborted || !isWorthwhile) throw error;
    return await open(other);
  };
  if (era === "legacy") {
    return await open(initialize).catch((error: unknown) => instead(error, mayBeModern(error), discover));
  }
  const [asked, fellBack] = notingInitialize(discover);
  try {
    return await open({ ...asked, discoverTimeoutMs: Math.min(DISCOVER_TIMEOUT_MS, connectTimeoutMs) });
  } catch (error) {
    const refused = instead(error, !fellBack() && mayBeLegacy(error), initialize);
    // It was slow and not of the earlier era: it gets all the time that connecting may take.
    return await refused.catch((last: unknown) =>
      instead(last, last !== error && isTimeout(error) && mayBeModern(last), discover),
    );
  }
}

/** The same, and whether the SDK has asked by `initialize` as well, as it does where it knows the refusal. */
function notingInitialize(world: ConnectionWorld): readonly [ConnectionWorld, () => boolean] {
  let isNoted = false;
  const transport: ConnectionWorld["transport"] = async (connecting) => {
    const opened = await world.transport(connecting);
    const send: Transport["send"] = opened.send.bind(opened);
    opened.send = async (message, options) => {
      isNoted ||= "method" in message && message.method === "initialize";
      await send(message, options);
    };
    return opened;
  };
  return [{ ...world, transport }, () => isNoted];
}

/** Whether a server that did not say its era may be of the earlier one. */
function mayBeLegacy(error: unknown): boolean {
  if (wasNeverSent(error)) return false;
  for (const cause of causesOf(error)) {
    if (SdkHttpError.isInstance(cause) || ProtocolError.isInstance(cause)) return true;
    if (isUnusable(cause) || isTimeout(cause)) return true;
    // What `fetch` throws when the connection ends. Whatever else was thrown while sending, a sign-in say, is no answer.
    if (cause instanceof TypeError) return true;
  }
  return false;
}

/** Whether a server refused `initialize`, so that it may speak 2026-07-28 alone by now: whoever was reached and answered. */
const mayBeModern = (error: unknown): boolean =>
  ProtocolError.isInstance(error) || SdkHttpError.isInstance(error) || isUnusable(error);

const isTimeout = (error: unknown): boolean => SdkError.isInstance(error) && error.code === SdkErrorCode.RequestTimeout;

const isUnusable = (error: unknown): boolean =>
  error instanceof SyntaxError ||
  (SdkError.isInstance(error) && error.code === SdkErrorCode.ClientHttpUnexpectedContent);
