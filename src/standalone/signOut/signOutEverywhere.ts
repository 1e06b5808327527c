import type { Gateways } from "../../connections/gateways.ts";
import { asFailure } from "../../failures/failure.ts";
import { exitCodes } from "../arguments.ts";
import { exitCodeOf } from "../exitCode.ts";
import { say } from "../output.ts";
import { standaloneFailureText } from "../terminalWords.ts";
import { remove } from "./signOut.ts";

/**
 * Signs out of every gateway of these records, and says what became of each. One that fails keeps no other from it.
 *
 * @param all the gateways of each record in the keychain
 * @returns the first exit code that is not 0
 */
export async function signOutEverywhere(all: readonly Gateways[]): Promise<number> {
  let exitCode: number = exitCodes.ended;
  const fail = (code: number): void => {
    if (exitCode === exitCodes.ended) exitCode = code;
  };
  const tried = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      const failure = asFailure(error);
      say(standaloneFailureText(failure));
      fail(exitCodeOf(failure));
      return undefined;
    }
  };
  let count = 0;
  for (const gateways of all) {
    await tried(() => gateways.book.load());
    for (const connection of gateways.book.all) {
      count += 1;
      if ((await tried(() => remove(connection, gateways))) === false) fail(exitCodes.notAllRevoked);
    }
  }
  if (count === 0 && exitCode === exitCodes.ended) {
    say("Nobody was signed in to a gateway here. There was no token to revoke.");
  }
  return exitCode;
}
