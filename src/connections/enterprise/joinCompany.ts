import type { WantedSession } from "../../oauth/tokens/sharedSession.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { Connection } from "../connection.ts";
import type { SharedSignIn } from "../signIn/signInSharing.ts";
import type { SignIns } from "../signIn/signIns.ts";

/** The sign-ins that other programs of the person keep in the keychain, see `SharedSignIns`. */
export interface SharedElsewhere {
  /** One that serves a connection that has none. */
  offered(connection: Connection, wanted: WantedSession): Promise<SharedSignIn | undefined>;
  /** Moves what came from a company's sign-in there, where that is kept there. */
  join(tokens: TokenSet): Promise<void>;
}

export interface JoiningWorld {
  readonly signIns: Pick<SignIns, "stored">;
  /** Absent where no keychain is shared. */
  readonly sharedElsewhere?: (() => Promise<SharedElsewhere>) | undefined;
}

/**
 * Has a sign-in kept where the company's is that it was obtained from: one owner renews and ends both. Whoever signed in is in
 * already, so that what fails here keeps nobody from it.
 */
export async function joinCompany(
  connection: Connection | undefined,
  { signIns, sharedElsewhere }: JoiningWorld,
): Promise<void> {
  try {
    const tokens = connection && (await signIns.stored(connection));
    if (tokens?.enterprise?.identity !== undefined) await (await sharedElsewhere?.())?.join(tokens);
  } catch {
    // The sign-in stays in the editor, as before.
  }
}
