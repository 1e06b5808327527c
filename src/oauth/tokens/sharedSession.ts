import { openIdScopes } from "../discovery/challenge.ts";
import { isKeyFor } from "./proofAlgorithms.ts";
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
  /** What the key may sign with that its tokens are to be bound to (RFC 9449); none where any bearer is to use them. */
  readonly proofs: readonly string[];
  /** It is entered by way of the person's company: each such gateway has tokens of its own, and shares what is behind them. */
  readonly byEnterprise?: boolean;
}

/**
 * Whether a sign-in made for one gateway serves another: same issuer, same client, all its scopes, and a token that is
 * bound to no other gateway (RFC 8707, 2).
 */
export function canReuse(tokens: TokenSet, wanted: WantedSession): boolean {
  const { provider, resource, audience } = wanted;
  const bound = provider.resource === "ignores" ? undefined : resource;
  const boundAudience = provider.boundAudience?.({ flow: "browser", audience, resource });
  if (wanted.byEnterprise || tokens.enterprise || tokens.isIdentity) return false;
  return (
    tokens.server.issuer === wanted.issuer &&
    tokens.client.clientId === wanted.clientId &&
    (tokens.account.machine ?? false) === wanted.machine &&
    // A gateway that takes bound tokens alone takes no other, and one that takes none would refuse them.
    isKeyFor(tokens.proofKey, wanted.proofs) &&
    tokens.resource === bound &&
    tokens.boundAudience === boundAudience &&
    otherAudiences(tokens, wanted) === undefined &&
    wanted.scopes.every((scope) => openIdScopes.has(scope) || tokens.scopes.includes(scope))
  );
}
