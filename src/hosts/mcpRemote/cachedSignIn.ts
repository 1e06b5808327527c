import { asFailure } from "../../failures/failure.ts";
import { english } from "../../failures/translate.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { type JsonObject, jsonObjectIn } from "../../lib/json/jsonObject.ts";
import { findAuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import { readClaims, unnamed } from "../../oauth/tokens/account.ts";
import type { ClientIdentity } from "../../oauth/tokens/clientIdentity.ts";
import { revokeTokens } from "../../oauth/tokens/revocation.ts";
import type { RevocationReport } from "../../oauth/tokens/revocationReport.ts";
import { type SignOutWords, signOutText } from "../../oauth/tokens/signOutText.ts";

/** A sign-in that mcp-remote 0.15.1 keeps in plain files: `<key>_tokens.json` and `<key>_client_info.json`. */
export interface CachedSignIn {
  /** The issuer of the tokens, when the files or the token name it. */
  readonly issuer?: string;
  readonly client?: ClientIdentity;
  readonly accessToken: string;
  readonly refreshToken?: string;
}

/** The outcome of revoking a sign-in. */
export type CachedSignInEnd =
  | { readonly kind: "asked"; readonly report: RevocationReport }
  /** Neither the files nor the token name the issuer or the client. */
  | { readonly kind: "issuerUnknown" }
  | { readonly kind: "issuerNotFound"; readonly issuer: string; readonly code: string };

/**
 * Reads a sign-in from the text of mcp-remote's files.
 *
 * @returns undefined when they contain no token
 */
export function readCachedSignIn(tokens: string, clientInfo: string | undefined): CachedSignIn | undefined {
  const kept = record(tokens);
  const accessToken = text(kept.access_token);
  if (accessToken === undefined) return undefined;
  const info = record(clientInfo ?? "");
  const claims = readClaims(accessToken);
  const clientId = text(info.client_id) ?? text(claims?.client_id) ?? text(claims?.cid) ?? text(claims?.azp);
  const clientSecret = text(info.client_secret);
  const basic = info.token_endpoint_auth_method === "client_secret_basic";
  const issuer = text(kept.issuer) ?? text(info.issuer) ?? text(claims?.iss);
  const refreshToken = text(kept.refresh_token);
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(issuer !== undefined && { issuer }),
    ...(clientId !== undefined && {
      client: {
        clientId,
        ...(clientSecret === undefined
          ? { authMethod: "none" as const }
          : { clientSecret, authMethod: basic ? ("client_secret_basic" as const) : ("client_secret_post" as const) }),
      },
    }),
  };
}

/**
 * Revokes a sign-in at its issuer, and nowhere else. It never throws, so that deleting the files does not depend on the
 * issuer's answer.
 */
export async function revokeCachedSignIn(
  { issuer, client, accessToken, refreshToken }: CachedSignIn,
  world: { readonly fetch: HttpFetch; readonly now: () => number; readonly signal: AbortSignal },
): Promise<CachedSignInEnd> {
  if (issuer === undefined || client === undefined) return { kind: "issuerUnknown" };
  try {
    const server = await findAuthorizationServer(issuer, world);
    const tokens = {
      sessionId: "",
      server,
      client,
      account: unnamed,
      scopes: [],
      accessToken,
      issuedAt: 0,
      ...(refreshToken !== undefined && { refreshToken }),
    };
    return { kind: "asked", report: await revokeTokens(tokens, world) };
  } catch (error) {
    return { kind: "issuerNotFound", issuer, code: asFailure(error).code };
  }
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const record = (json: string): JsonObject => jsonObjectIn(json) ?? {};

/** Tells in whole sentences how mcp-remote's sign-ins were revoked, and how many files were deleted. */
export function clearedText(ends: readonly CachedSignInEnd[], files: number, words: SignOutWords): string {
  const { say = english } = words;
  return [
    ...ends.map((end) => endText(end, words)),
    files === 1 ? say("1 file was deleted.") : say("{0} files were deleted.", files),
  ].join(" ");
}

function endText(end: CachedSignInEnd, words: SignOutWords): string {
  const { say = english } = words;
  switch (end.kind) {
    case "asked":
      return signOutText("mcp-remote", end.report, words);
    case "issuerUnknown":
      return say("A sign-in could not be revoked: its files do not say who issued it.");
    case "issuerNotFound":
      return say("A sign-in could not be revoked: {0} cannot be asked ({1}).", end.issuer, end.code);
  }
}
