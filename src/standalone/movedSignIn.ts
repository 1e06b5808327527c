import type { Connection } from "../connections/connection.ts";
import { connectionId } from "../connections/connectionBook.ts";
import type { Gateways } from "../connections/gateways.ts";
import { isSharingAllowed } from "../connections/managed/isSharingAllowed.ts";
import { isSameAddress } from "../lib/sameAddress.ts";
import { isMachineFlow } from "../oauth/signIn/signInFlow.ts";
import type { TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { standalonePolicy } from "./policy/standalonePolicy.ts";

/**
 * The gateway as an editor knows it, where its sign-in moved to the keychain and is one that these options would make too. It
 * is used as it is: another would be a second refresh token of the same person.
 */
export async function movedSignIn(options: StandaloneOptions, gateways: Gateways): Promise<Connection | undefined> {
  for (const connection of gateways.book.all) {
    // Those of this program have names that are made of its options.
    if (connection.id !== (await connectionId(connection.url))) continue;
    const tokens = await gateways.storedTokens(connection).catch(() => undefined);
    if (
      tokens &&
      isSharingAllowed(connection.url, { policy: standalonePolicy() }) &&
      serves(tokens, connection, options)
    )
      return connection;
  }
  return undefined;
}

/** What options can ask of a sign-in. */
interface Asked {
  readonly clientId?: string;
  readonly clientMetadataUrl?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly resource?: string | false;
  readonly scopes?: readonly string[];
}

/** Whether nothing was asked for that a sign-in is not. */
function serves(tokens: TokenSet, { authorization }: Connection, options: StandaloneOptions): boolean {
  const { flow, enterprise, clientSecret, clientKey } = options;
  const { clientId, clientMetadataUrl, issuer, audience, resource, scopes } = options.settings as Asked;
  if (authorization.kind !== "oauth" || clientSecret || clientKey) return false;
  if (flow === "aws" || isMachineFlow(flow)) return false;
  if (enterprise && !(tokens.enterprise && isSameAddress(tokens.enterprise.issuer, enterprise.issuer))) return false;
  const isClient = (wanted: string | undefined) => wanted === undefined || wanted === tokens.client.clientId;
  const granted = new Set([...tokens.scopes, ...(tokens.askedScopes ?? []), ...authorization.scopes]);
  const isResource = [tokens.resource, authorization.resource].includes(resource === false ? undefined : resource);
  return (
    isClient(clientId) &&
    isClient(clientMetadataUrl) &&
    (issuer === undefined || isSameAddress(issuer, tokens.server.issuer)) &&
    (audience === undefined || audience === tokens.boundAudience) &&
    (resource === undefined || isResource) &&
    (scopes === undefined || scopes.every((scope) => granted.has(scope)))
  );
}
