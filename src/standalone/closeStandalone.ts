import type { Standalone } from "./wiring.ts";

/** Closes everything, and revokes tokens that nobody can use any more. */
export async function closeStandalone({ gateways, endsWithProcess }: Standalone): Promise<void> {
  await gateways.settled();
  for (const connection of gateways.book.all) {
    if (endsWithProcess(connection.sessionId ?? "")) await gateways.signOut(connection);
  }
  await gateways.close();
}
