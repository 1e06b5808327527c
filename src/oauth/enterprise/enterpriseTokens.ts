import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { GrantedTokens } from "../tokens/idToken.ts";
import type { AskedEndpoint } from "../tokens/tokenEndpoint.ts";
import { type GrantWorld, requestByAssertion } from "../tokens/tokenRequests.ts";
import { type AskedAssertion, requestAssertion } from "./identityExchange.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

export type EnterpriseWorld = GrantWorld & { readonly now: () => number };

/** What both steps brought. */
export interface EnterpriseAnswer {
  readonly answer: GrantedTokens;
  /** When the assertion was issued, in milliseconds since the epoch. */
  readonly exchangedAt: number;
}

/**
 * A gateway's tokens by way of the person's company, without a page: an assertion of the identity provider (RFC 8693), and
 * the gateway's tokens for it (RFC 7523, 2.1). Each redemption takes an assertion of its own, since a server refuses one that
 * it has seen (draft-ietf-oauth-identity-assertion-authz-grant, 7.4.2).
 *
 * @throws GatewayFailure of `requestAssertion`, `identity_assertion_refused`, and those of `requestToken`
 */
export async function enterpriseTokens(
  identityProvider: AskedEndpoint,
  asked: AskedAssertion,
  world: EnterpriseWorld,
): Promise<EnterpriseAnswer> {
  const assertion = await requestAssertion(identityProvider, asked, world);
  const exchangedAt = world.now();
  const { gateway, resource } = asked;
  const { text, scopes } = assertion;
  const parameters = {
    assertion: text,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(resource !== undefined && { resource }),
  };
  const answer = await requestByAssertion(gateway, { grantType: JWT_BEARER, parameters }, world).catch((failure) => {
    if (!isFailure(failure, "token_refused")) throw failure;
    throw new GatewayFailure("identity_assertion_refused", {
      ...failure.facts,
      ...{ identityProvider: identityProvider.server.issuer, clientId: gateway.client.clientId, scopes },
    });
  });
  return { answer: { ...answer, scope: answer.scope ?? scopes.join(" ") }, exchangedAt };
}
