import type { ProgramLog } from "../lib/log.ts";
import type { Standalone } from "./wiring.ts";

/** Closes everything, revokes tokens that nobody can use any more, and waits for the last lines of the log. */
export async function closeStandalone(standalone: Standalone | undefined, log: ProgramLog): Promise<void> {
  // The process ends, whatever could not be closed.
  if (standalone) await closed(standalone).catch(() => {});
  await log.close();
}

async function closed({ gateways, endsWithProcess }: Standalone): Promise<void> {
  await gateways.settled();
  for (const connection of gateways.book.all) {
    if (endsWithProcess(connection.sessionId ?? "")) await gateways.signOut(connection);
  }
  await gateways.close();
}
