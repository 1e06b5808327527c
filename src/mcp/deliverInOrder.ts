import type { Transport } from "@modelcontextprotocol/client";

/**
 * Delivers the messages of a connected transport one turn after the other. The SDK defers notifications but handles
 * answers at once: when both arrive in one chunk, progress would come after the answer and be dropped.
 */
export function deliverInOrder(transport: Transport): void {
  const deliver = transport.onmessage;
  let turn = Promise.resolve();
  transport.onmessage = (...message) => {
    turn = turn.then(() => deliver?.(...message)).catch(() => {});
  };
}
