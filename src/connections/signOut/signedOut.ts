import type { Connection } from "../connection.ts";
import type { StoredConnections } from "../connectionBook.ts";
import { withoutSignIn } from "../knownConnections.ts";
import { withSignOut } from "./signOutMarks.ts";

/** The list of connections after a sign-out. */
export interface SignedOut extends StoredConnections {
  /** The connections it ends for: the one that was named first, then those that use the same sign-in. */
  readonly users: readonly Connection[];
  /** The sign-in that ends, as the list has it now: another window may have signed in anew. */
  readonly sessionId: string | undefined;
}

/**
 * Signs a connection out in the list, with all that use the same sign-in.
 *
 * @param connection one that is not in the list counts as it is here
 * @param now milliseconds since the epoch
 */
export function signedOut(
  { connections, signOuts }: StoredConnections,
  connection: Connection,
  now: number,
): SignedOut {
  const { sessionId } = connections.find(({ id }) => id === connection.id) ?? connection;
  const others = connections.filter(
    (one) => one.id !== connection.id && sessionId !== undefined && one.sessionId === sessionId,
  );
  const users = [connection, ...others];
  const ids = users.map(({ id }) => id);
  return {
    users,
    sessionId,
    connections: connections.map((one) => (ids.includes(one.id) ? withoutSignIn(one) : one)),
    signOuts: withSignOut(signOuts, ids, now),
  };
}
