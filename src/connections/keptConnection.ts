import type { TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { Connection } from "./connection.ts";

/** The connection as it signs in by now, where that is at another issuer than it is recorded with, or at all. */
export function withAuthorizationOf(connection: Connection, { authorization }: Connection): Connection {
  const issuerOf = (one: Connection["authorization"]) => (one.kind === "oauth" ? one.server.issuer : undefined);
  return issuerOf(authorization) === issuerOf(connection.authorization) ? connection : { ...connection, authorization };
}

/**
 * The connection as its sign-in was made: a client that we registered may have been registered anew, and the gateway may take
 * bound tokens since it was connected.
 */
export function withClient(connection: Connection, { client: { clientId }, proofKey }: TokenSet): Connection {
  const { authorization } = connection;
  if (authorization.kind !== "oauth") return connection;
  const { proof = proofKey && { only: false }, clientSource } = authorization;
  const client = clientSource === "registered" && { clientId };
  return { ...connection, authorization: { ...authorization, ...client, ...(proof && { proof }) } };
}
