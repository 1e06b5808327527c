import * as oauth from "oauth4webapi";
import { isFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { networkReason } from "../../lib/networkReason.ts";
import type { TokenKind } from "../identityProviders/identityProvider.ts";
import { identityProviderOf } from "../identityProviders/identityProviders.ts";
import { readClaims } from "./account.ts";
import { clientAuthentication } from "./clientAuthentication.ts";
import type { ReadCredential } from "./clientCredential.ts";
import { isNobody } from "./clientIdentity.ts";
import { bodyWords } from "./providerWords.ts";
import type { RevocationReport, RevocationStep } from "./revocationReport.ts";
import { emptyAnswer } from "./tokenAnswer.ts";
import { errorCode, oauthClient, requestOptions } from "./tokenEndpoint.ts";
import type { BearerToken, TokenSet } from "./tokenSet.ts";
import { UNKNOWN_CLIENT } from "./unknownClient.ts";

export interface RevocationWorld {
  readonly fetch: HttpFetch;
  readonly now: () => number;
  readonly readCredential?: ReadCredential;
}

/**
 * Revokes the refresh token, then the access token (RFC 7009, 2.1): in this order a renewal cannot slip in between.
 * It never throws, since forgetting the tokens must not depend on the provider's answer. What the provider is known not
 * to revoke is not tried.
 *
 * @param sent which of the tokens gateways got
 */
export async function revokeTokens(
  tokens: TokenSet,
  world: RevocationWorld,
  sent: BearerToken = "access",
): Promise<RevocationReport> {
  const steps: RevocationStep[] = [];
  if (tokens.refreshToken !== undefined) {
    steps.push(await revoke(tokens, "refresh token", tokens.refreshToken, world));
  }
  steps.push(await revoke(tokens, "access token", tokens.accessToken, world));
  const { exp = 0 } = readClaims(sent === "id" ? tokens.idToken : tokens.accessToken) ?? {};
  const { afterRevocation: reach } = identityProviderOf(tokens.server, tokens.identityProvider);
  const end = exp * 1000;
  return {
    issuer: tokens.server.issuer,
    account: tokens.account,
    steps,
    ...(reach !== undefined && { reach }),
    ...(end > world.now() && { passesOfflineUntil: end }),
  };
}

async function revoke(
  tokens: TokenSet,
  kind: TokenKind,
  token: string,
  world: RevocationWorld,
): Promise<RevocationStep> {
  const { client } = tokens;
  const provider = identityProviderOf(tokens.server, tokens.identityProvider);
  const endpoint = tokens.server.revocation_endpoint ?? provider.revocationEndpoint?.(tokens.server);
  // Whoever is no client cannot revoke: the server would not know whose token it is (RFC 7009, 2.1).
  if (!endpoint || isNobody(client) || !provider.revokes.includes(kind)) return { token: kind, kind: "notOffered" };
  const server = { ...tokens.server, revocation_endpoint: endpoint };
  let response: Response | undefined;
  let body = "";
  try {
    const authentication = await clientAuthentication(client, world.readCredential);
    response = await oauth.revocationRequest(server, oauthClient(client), authentication, token, {
      ...requestOptions(server, world),
      additionalParameters: { token_type_hint: kind === "refresh token" ? "refresh_token" : "access_token" },
    });
    // RFC 7009, 2.2 says 200; some answer 204.
    const answer = await emptyAnswer(response);
    body = await answer.clone().text();
    if (!answer.ok) await oauth.processRevocationResponse(answer);
    // What a provider says beside its 200 counts for nothing (RFC 7009, 2.2), but a portal or a proxy is none.
    if (body.trimStart().startsWith("<")) throw new Error("a page answered in the provider's place");
    return { token: kind, kind: "revoked" };
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) {
      if (error.error === "unsupported_token_type") return { token: kind, kind: "notOffered" };
      // A token that is void already is what was wanted; RFC 7009, 2.2 asks for 200 then, and Google answers this.
      if (error.error === "invalid_token") return { token: kind, kind: "revoked" };
    }
    const isUnknown = error instanceof oauth.ResponseBodyError && error.error === UNKNOWN_CLIENT;
    const reason = reasonOf(error, response && { response, body });
    return { token: kind, kind: "failed", reason, ...(isUnknown && { unknownClient: true }) };
  }
}

function reasonOf(
  error: unknown,
  answered: { readonly response: Response; readonly body: string } | undefined,
): string {
  if (isFailure(error, "credential_unreadable")) return `${error.facts.source}: ${error.facts.reason}`;
  if (!answered) return networkReason(error).text;
  const { response, body } = answered;
  const code = error instanceof oauth.ResponseBodyError ? error.error : undefined;
  if (response.ok && body.trimStart().startsWith("<"))
    return `HTTP ${response.status}, a page and not the provider's answer`;
  const { words } = bodyWords(response, body, code);
  const said = code === undefined ? `HTTP ${response.status}` : `HTTP ${response.status}, ${errorCode(code)}`;
  return words === undefined ? said : `${said}; in its own words: “${words}”`;
}
