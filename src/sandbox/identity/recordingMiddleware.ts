import type { KoaContextWithOIDC } from "oidc-provider";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";
import { readForm } from "./readForm.ts";
import type { TokenLedger } from "./tokenLedger.ts";

type Next = () => Promise<unknown>;

/**
 * Writes into the ledger what passes, and revokes access tokens. oidc-provider itself answers that a JWT cannot be
 * revoked (RFC 7009, 2.2.1 `unsupported_token_type`); here a gateway can be told, so that both kinds can be tried.
 *
 * @param tokenId the `jti` of an access token that was issued here
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
    // Another client's token is answered with 200 too, and stays as it is.
    const mine = entities?.RefreshToken !== undefined && entities.RefreshToken.clientId === client?.clientId;
    if (mine && ctx.status === 200) ledger.clientRevoked("refresh_token");
    // A token that only the provider can read is revoked by oidc-provider itself.
    const opaque = entities?.AccessToken !== undefined && entities.AccessToken.clientId === client?.clientId;
    if (opaque && ctx.status === 200 && revocation.accessTokens === "revoked") ledger.clientRevoked("access_token");
    const refused = (ctx.body as { error?: unknown } | undefined)?.error === "unsupported_token_type";
    if (!refused || !client || typeof params?.token !== "string" || revocation.accessTokens === "unsupported") return;
    const jti = await tokenId(params.token);
    if (jti && revocation.accessTokens === "revoked" && ledger.isOf(jti, client.clientId)) {
      ledger.revoke(jti);
      ledger.clientRevoked("access_token");
    }
    // An invalid token is answered like a revoked one: the client has nothing to do either way (RFC 7009, 2.2).
    ctx.status = 200;
    ctx.body = "";
  }
}

/** A request that a fault answered was never read by the provider, so its form is still waiting. */
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
