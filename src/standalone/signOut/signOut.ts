import { type Connection, suggestedName } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { allRevoked, signOutText } from "../../oauth/tokens/signOutText.ts";
import { exitCodes } from "../arguments.ts";
import { say } from "../output.ts";
import { standaloneFailureText, terminalWords } from "../terminalWords.ts";

/**
 * Says that no keychain is to be had, and whether that leaves something in it.
 *
 * @param wasUsed whether entries of ours were made in one before, which is locked or gone now
 * @returns the exit code
 */
export function sayNoKeychain(wasUsed: boolean): number {
  say(
    wasUsed
      ? "A keychain that was used before does not answer. Unlock or start it, and try again: what is in it is neither revoked nor forgotten."
      : "No keychain is used here, so there is nothing to forget: tokens are in the memory of running programs only, and each revokes its own when it ends.",
  );
  return wasUsed ? exitCodes.notAllRevoked : exitCodes.ended;
}

/**
 * Signs out of the gateway under every option it was used with, and says what became of each token.
 *
 * @param address what the gateway is called by where it was never reached
 * @param keychain `silent` where one that has an entry for this gateway does not answer
 * @returns the exit code
 */
export async function signOut(address: URL, gateways: Gateways, keychain: "here" | "none" | "silent"): Promise<number> {
  await gateways.book.load();
  const connections = gateways.book.all;
  if (connections.length === 0) {
    if (keychain !== "here") return sayNoKeychain(keychain === "silent");
    say(`Nobody was signed in to ${suggestedName(address)} here. There was no token to revoke.`);
    return exitCodes.ended;
  }
  let all = true;
  for (const connection of connections) if (!(await remove(connection, gateways))) all = false;
  return all ? exitCodes.ended : exitCodes.notAllRevoked;
}

/**
 * Signs out of a connection, forgets it, and says what became of each token.
 *
 * @returns whether everything that the person had was revoked, and deleted here
 * @throws GatewayFailure as `Gateways.remove` does
 */
export async function remove(connection: Connection, gateways: Gateways): Promise<boolean> {
  const { revocation, sharing, left, isSigned, company } = await gateways.remove(connection);
  const words = {
    time: (moment: number) => new Date(moment).toLocaleString(),
    failureWords: terminalWords,
    isSigned,
    company,
  };
  say(signOutText(connection.name, revocation, words, sharing));
  if (left) say(standaloneFailureText(left));
  return allRevoked(revocation, company) && left === undefined;
}
