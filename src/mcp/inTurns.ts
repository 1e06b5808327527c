import type { Transport } from "@modelcontextprotocol/client";

/**
 * Gives each message of a connected transport its own turn. The SDK handles a notification a moment after it came, but
 * an answer at once: when a server writes both in one piece, progress would be told to nobody any more.
 */
export function inTurns(transport: Transport): void {
  const deliver = transport.onmessage;
  let turn = Promise.resolve();
  transport.onmessage = (...message) => {
    turn = turn.then(() => deliver?.(...message)).catch(() => {});
  };
}
