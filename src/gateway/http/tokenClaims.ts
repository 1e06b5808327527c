import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import { decodedToken } from "../../agentcore/authorizer/decodedToken.ts";
import { bearerToken } from "../../lib/bearer.ts";

/**
 * The claims of a token that was found good, read once and not before somebody asks: most requests need none.
 *
 * @param authorization the header that the token came in; without one there are no claims
 */
export function tokenClaims(authorization: string | null | undefined): () => Claims | undefined {
  let claims: Claims | undefined;
  return () => {
    claims ??= decodedToken(bearerToken(authorization ?? null) ?? "")?.claims;
    return claims;
  };
}
