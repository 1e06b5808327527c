import type { KoaContextWithOIDC } from "oidc-provider";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";
import { readForm } from "./readForm.ts";
import type { TokenLedger } from "./tokenLedger.ts";

type Next = () => Promise<unknown>;

/**
 * Records requests and answers in the ledger, and revokes access tokens. oidc-provider answers that a JWT cannot be
 * revoked (`unsupported_token_type`, RFC 7009, 2.2.1). The sandbox can tell its gateway, so that both behaviours can be
 * tried.
 *
 * @param tokenId returns the `jti` of an access token that was issued here
 */
export function recordingMiddleware(
  ledger: TokenLedger,
  { routes, revocation }: SandboxProfile,
  tokenId: (token: string) => Promise<string | undefined>,
) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    if (ctx.method === "POST" && ctx.path === routes.token) {
      ledger.tokenRequested(await grantType(ctx));
      noteSecrets(ledger, ctx.body, ["access_token", "refresh_token", "id_token"]);
    }
    if (ctx.path.startsWith(routes.authorization)) {
      const location = ctx.response.get("location");
      const code = URL.canParse(location) ? new URL(location).searchParams.get("code") : null;
      if (code) ledger.secretIssued("code", code);
    }
    if (ctx.method === "POST" && ctx.path === routes.registration && ctx.status === 201) ledger.clientRegistered();
    if (ctx.method === "POST" && ctx.path === routes.revocation) await noteRevocation(ctx);
  };

  async function noteRevocation(ctx: KoaContextWithOIDC): Promise<void> {
    const { client, params, entities } = ctx.oidc ?? {};
    // The endpoint answers 200 for another client's token too, and does not revoke it.
    const mine = entities?.RefreshToken !== undefined && entities.RefreshToken.clientId === client?.clientId;
    if (mine && ctx.status === 200) ledger.clientRevoked("refresh_token");
    // oidc-provider itself revokes an opaque access token.
    const opaque = entities?.AccessToken !== undefined && entities.AccessToken.clientId === client?.clientId;
    if (opaque && ctx.status === 200 && revocation.accessTokens === "revoked") ledger.clientRevoked("access_token");
    const refused = (ctx.body as { error?: unknown } | undefined)?.error === "unsupported_token_type";
    if (!refused || !client || typeof params?.token !== "string" || revocation.accessTokens === "unsupported") return;
    const jti = await tokenId(params.token);
    if (jti && revocation.accessTokens === "revoked" && ledger.isOf(jti, client.clientId)) {
      ledger.revoke(jti);
      ledger.clientRevoked("access_token");
    }
    // An invalid token gets the same answer as a revoked one, since it needs no action of the client (RFC 7009, 2.2).
    ctx.status = 200;
    ctx.body = "";
  }
}

/** The grant type of a token request. When a fault answered, the provider has not read the form, so we read it. */
async function grantType(ctx: KoaContextWithOIDC): Promise<string> {
  if (typeof ctx.state.grantType === "string") return ctx.state.grantType;
  const known = ctx.oidc?.params?.grant_type ?? ctx.oidc?.body?.grant_type;
  if (typeof known === "string") return known;
  if (ctx.oidc) return "none";
  return (await readForm(ctx.req)).get("grant_type") ?? "none";
}

function noteSecrets(ledger: TokenLedger, body: unknown, kinds: readonly string[]): void {
  if (typeof body !== "object" || body === null) return;
  for (const kind of kinds) ledger.secretIssued(kind, (body as Record<string, unknown>)[kind]);
}
