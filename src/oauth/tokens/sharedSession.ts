import { openIdScopes } from "../discovery/challenge.ts";
import { otherAudiences, type WantedAudience } from "./tokenAudience.ts";
import type { TokenSet } from "./tokenSet.ts";

/** What a gateway wants of a sign-in. */
export interface WantedSession extends WantedAudience {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The resource indicator it would be asked with. */
  readonly resource: string | undefined;
  readonly machine: boolean;
}

/**
 * Whether a sign-in made for one gateway serves another: same issuer, same client, all its scopes, and a token that is
 * bound to no other gateway (RFC 8707, 2).
 */
export function canReuse(tokens: TokenSet, wanted: WantedSession): boolean {
  const { provider, resource, audience } = wanted;
  const bound = provider.resource === "ignores" ? undefined : resource;
  const boundAudience = provider.boundAudience?.({ flow: "browser", audience, resource });
  return (
    tokens.server.issuer === wanted.issuer &&
    tokens.client.clientId === wanted.clientId &&
    (tokens.account.machine ?? false) === wanted.machine &&
    tokens.resource === bound &&
    tokens.boundAudience === boundAudience &&
    otherAudiences(tokens, wanted) === undefined &&
    wanted.scopes.every((scope) => openIdScopes.has(scope) || tokens.scopes.includes(scope))
  );
}
