import { GatewayFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { splitScopes } from "../discovery/challenge.ts";
import { identityProviderOf } from "../identityProviders/identityProviders.ts";
import { type Account, accountOf, boundKeyOf, isNamed, machineOf } from "../tokens/account.ts";
import type { ReadCredential } from "../tokens/clientCredential.ts";
import type { GrantedTokens } from "../tokens/idToken.ts";
import { thumbprintOf } from "../tokens/proofs.ts";
import { revokeTokens } from "../tokens/revocation.ts";
import { otherAudiences } from "../tokens/tokenAudience.ts";
import { boundTo, lifetime } from "../tokens/tokenManager.ts";
import { sessionIdOf, type TokenSet } from "../tokens/tokenSet.ts";
import { isMachineFlow } from "./signInFlow.ts";
import type { SignInRequest } from "./signInRequest.ts";
import { userInfo } from "./userInfo.ts";

interface World {
  readonly fetch: HttpFetch;
  readonly now: () => number;
  readonly readCredential?: ReadCredential;
  /** Cancels the sign-in. */
  readonly signal: AbortSignal;
}

/**
 * The tokens of a sign-in by any flow. Those for another audience or of another sign-in, or of one that was cancelled
 * meanwhile, are revoked instead of kept.
 *
 * @throws GatewayFailure `token_audience_mismatch`, `id_token_invalid`, `token_key_mismatch`, or the signal's reason
 */
export async function toTokenSet(request: SignInRequest, answer: GrantedTokens, world: World): Promise<TokenSet> {
  const tokens = await asTokenSet(request, answer, world);
  try {
    checkIdToken(request, answer);
    checkAudience(request, tokens);
    await checkKey(tokens);
    world.signal.throwIfAborted();
  } catch (failure) {
    await revokeUnusedTokens(tokens, world);
    throw failure;
  }
  return tokens;
}

/** Revokes tokens that nobody keeps. It goes on after the sign-in was cancelled. */
export const revokeUnusedTokens = (tokens: TokenSet, { fetch, now, readCredential }: World) =>
  revokeTokens(tokens, { fetch, now, ...(readCredential && { readCredential }) });

/** An ID token of another sign-in means that the other tokens are too; any other is missed only where a gateway gets it. */
function checkIdToken({ server, bearerToken }: SignInRequest, { idTokenProblem: problem }: GrantedTokens): void {
  if (problem === undefined || (problem !== "nonce" && bearerToken === "access")) return;
  const { issuer } = server;
  throw new GatewayFailure("id_token_invalid", { issuer, problem: problem === "nonce_missing" ? "nonce" : problem });
}

function checkAudience({ audience, bearerToken, identityProvider: provider }: SignInRequest, tokens: TokenSet): void {
  const found = otherAudiences(tokens, { audience, bearerToken, provider });
  if (audience === undefined || found === undefined) return;
  throw new GatewayFailure("token_audience_mismatch", { expected: audience, found });
}

/** A token that is bound to another key than ours lets nobody in who has not got that one. */
async function checkKey({ accessToken, isBound, proofKey, server }: TokenSet): Promise<void> {
  if (!isBound || !proofKey) return;
  const found = boundKeyOf(accessToken);
  if (found === undefined || found === (await thumbprintOf(proofKey))) return;
  throw new GatewayFailure("token_key_mismatch", { issuer: server.issuer });
}

async function asTokenSet(request: SignInRequest, answer: GrantedTokens, world: World): Promise<TokenSet> {
  const tokens = {
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(answer.id_token !== undefined && { idToken: answer.id_token }),
  };
  const { server, client, identityProvider, flow, connectionId } = request;
  const scopes = answer.scope === undefined ? request.scopes : splitScopes(answer.scope);
  const account =
    request.account ??
    (isMachineFlow(flow)
      ? machineOf(tokens.accessToken, request.subject ?? client.clientId)
      : await personOf(request, { ...tokens, scopes, ...boundTo(request.proofKey, answer) }, world));
  // A provider that does not bind tokens to a resource gives one for every gateway of this client.
  const resource = identityProvider.resource === "ignores" ? undefined : request.resource;
  const boundAudience = identityProvider.boundAudience?.(request);
  const recognised = identityProviderOf(server).id === identityProvider.id;
  return {
    ...tokens,
    sessionId: await sessionIdOf({
      issuer: server.issuer,
      clientId: client.clientId,
      resource: resource ?? boundAudience,
      subject: account.id,
      connectionId,
    }),
    ...(connectionId !== undefined && { connectionId }),
    server,
    client,
    ...(!recognised && { identityProvider: identityProvider.id }),
    ...(resource !== undefined && { resource }),
    ...(boundAudience !== undefined && { boundAudience }),
    account,
    scopes,
    ...(scopes.join(" ") !== request.scopes.join(" ") && { askedScopes: request.scopes }),
    ...lifetime(answer, world.now()),
    ...(request.proofKey && { proofKey: request.proofKey }),
    ...boundTo(request.proofKey, answer),
  };
}

async function personOf(
  request: SignInRequest,
  tokens: Pick<TokenSet, "accessToken" | "idToken" | "scopes" | "isBound">,
  world: World,
): Promise<Account> {
  const account = accountOf(tokens, request.identityProvider.nameClaims);
  return isNamed(account) ? account : ((await userInfo(request, tokens, world)) ?? account);
}
