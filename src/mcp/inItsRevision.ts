import { ProtocolError, SdkHttpError, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/client";
import { causesOf } from "../lib/causes.ts";
import type { ConnectionWorld } from "./connectionWorld.ts";
import { UNSUPPORTED_REVISION } from "./upstreamError.ts";

const says =
  /\b(?:un|not |in)(?:supported|known|valid)\b[^.\n]{0,40}\bversion\b|\bversion\b[^.\n]{0,60}\b(?:un|not |in)(?:supported|known|valid)\b/i;
const revision = /\b\d{4}-\d{2}-\d{2}\b/g;

/** Opens a connection, and with an older revision where the server refuses the newest that has sessions. @throws what the last attempt did */
export async function inItsRevision<T>(
  world: ConnectionWorld,
  open: (world: ConnectionWorld) => Promise<T>,
): Promise<T> {
  try {
    return await open(world);
  } catch (error) {
    const revisions = revisionsInstead(error);
    if (revisions === undefined || world.signal.aborted || typeof world.negotiation === "object") throw error;
    return await open({ ...world, negotiation: "legacy", era: "legacy", revisions });
  }
}

/**
 * The revisions to offer a server that refused `initialize` for the one that it was offered. It should have answered with one of
 * its own (2025-11-25, basic/lifecycle, version negotiation); some refuse instead, and only some of those name theirs.
 *
 * @returns the one to offer first, and undefined where something else was refused
 */
function revisionsInstead(error: unknown): readonly string[] | undefined {
  for (const cause of causesOf(error)) {
    const text = refusalIn(cause);
    if (text === undefined || !says.test(text)) continue;
    const [newest, ...older] = SUPPORTED_PROTOCOL_VERSIONS;
    const named = [...text.matchAll(revision)].map(([found]) => found).filter((found) => found !== newest);
    const known = older.filter((one) => named.includes(one));
    return [...known, ...older.filter((one) => !known.includes(one))];
  }
  return undefined;
}

function refusalIn(error: unknown): string | undefined {
  if (SdkHttpError.isInstance(error)) return error.status === 400 ? String(error.data?.text ?? "") : undefined;
  // A server of 2026-07-28 says so with this code, which is no matter of `initialize`.
  if (!ProtocolError.isInstance(error) || error.code === UNSUPPORTED_REVISION) return undefined;
  return `${error.message} ${JSON.stringify(error.data ?? "")}`;
}
