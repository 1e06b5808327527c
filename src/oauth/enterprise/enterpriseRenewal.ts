import { isFailure } from "../../failures/failure.ts";
import type { AskedEndpoint } from "../tokens/tokenEndpoint.ts";
import type { TokenSet } from "../tokens/tokenSet.ts";
import type { EnterpriseGrant } from "./enterpriseGrant.ts";
import { type EnterpriseAnswer, type EnterpriseWorld, enterpriseTokens } from "./enterpriseTokens.ts";
import { givenIdToken } from "./givenIdToken.ts";

/** The sign-ins at identity providers. Each answers undefined where only a sign-in there can help. */
export interface Identities {
  /** The sign-in with an ID token that is still good. */
  current(sessionId: string): Promise<TokenSet | undefined>;
  /** The same with another ID token than one that the identity provider does not take any more. */
  replace(sessionId: string, refused: string): Promise<TokenSet | undefined>;
}

/**
 * Obtains a gateway's tokens anew, by both steps.
 *
 * @returns undefined where the person has to sign in at the identity provider again
 * @throws GatewayFailure of `enterpriseTokens` and `givenIdToken`
 */
export async function renewByEnterprise(
  gateway: AskedEndpoint,
  { identity, given, resource, scopes }: EnterpriseGrant,
  { identities, ...world }: EnterpriseWorld & { readonly identities: Identities },
): Promise<EnterpriseAnswer | undefined> {
  const obtain = async (from: AskedEndpoint, idToken: string) =>
    await enterpriseTokens(from, { idToken, gateway, resource, scopes }, world);
  if (given) return await obtain(given, await givenIdToken(given, world));
  if (identity === undefined) return undefined;
  const { idToken, ...from } = (await identities.current(identity)) ?? {};
  if (idToken === undefined) return undefined;
  try {
    return await obtain(from as TokenSet, idToken);
  } catch (failure) {
    if (!isStaleIdentity(failure)) throw failure;
    const fresh = await identities.replace(identity, idToken);
    if (fresh?.idToken === undefined || fresh.idToken === idToken) return undefined;
    return await obtain(fresh, fresh.idToken);
  }
}

/** Whether the identity provider takes the ID token no more, whatever the token says of its end (RFC 6749, 5.2). */
export const isStaleIdentity = (failure: unknown): boolean =>
  isFailure(failure, "enterprise_policy_refused") && failure.facts.error === "invalid_grant";
