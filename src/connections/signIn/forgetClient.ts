import { forgetRegistration } from "../../oauth/signIn/keptRegistration.ts";
import { credentialKey } from "../../oauth/tokens/clientCredential.ts";
import { deleteSecret } from "../../oauth/tokens/keptSecrets.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import type { Connection } from "../connection.ts";

/** Whether the connection's client was known beforehand, and not registered by us. */
export const hasConfiguredClient = ({ authorization }: Connection): boolean =>
  authorization.kind === "oauth" && authorization.clientSource === "configured";

/**
 * Forgets what is kept of a connection's client, its registration or what a person typed for it, with the last connection
 * that uses it.
 *
 * @param others the connections that are left
 * @throws GatewayFailure `secret_not_deleted`
 */
export async function forgetClient(
  { authorization }: Connection,
  others: readonly Connection[],
  secrets: SecretStore,
): Promise<void> {
  if (authorization.kind !== "oauth") return;
  const { server, clientId, clientSource } = authorization;
  const isSameClient = ({ authorization: other }: Connection) =>
    other.kind === "oauth" && other.clientId === clientId && other.server.issuer === server.issuer;
  if (others.some(isSameClient)) return;
  if (clientSource === "registered") await forgetRegistration(server.issuer, clientId, secrets);
  else await deleteSecret(secrets, await credentialKey(server.issuer, clientId));
}
