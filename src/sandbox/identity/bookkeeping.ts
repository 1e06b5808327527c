import type { KoaContextWithOIDC } from "oidc-provider";
import { readForm } from "./form.ts";
import type { TokenLedger } from "./tokenLedger.ts";

type Next = () => Promise<unknown>;

/**
 * Writes into the ledger what passes, and revokes access tokens. oidc-provider itself answers that a JWT cannot be
 * revoked (RFC 7009, 2.2.1 `unsupported_token_type`); here a gateway can be told, so that both kinds can be tried.
 *
 * @param ownTokenId the `jti` of an access token that was issued here to this client
 */
export function bookkeeping(
  ledger: TokenLedger,
  ownTokenId: (token: string, clientId: string) => Promise<string | undefined>,
) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    if (ctx.method === "POST" && ctx.path === "/token") {
      ledger.tokenRequested(await grantType(ctx));
      noteSecrets(ledger, ctx.body, ["access_token", "refresh_token", "id_token"]);
    }
    if (ctx.path.startsWith("/authorize")) {
      const location = ctx.response.get("location");
      const code = URL.canParse(location) ? new URL(location).searchParams.get("code") : null;
      if (code) ledger.secretIssued("code", code);
    }
    if (ctx.method === "POST" && ctx.path === "/register" && ctx.status === 201) ledger.clientRegistered();
    if (ctx.method === "POST" && ctx.path === "/revoke") await noteRevocation(ctx);
  };

  async function noteRevocation(ctx: KoaContextWithOIDC): Promise<void> {
    const { client, params, entities } = ctx.oidc ?? {};
    // Another client's token is answered with 200 too, and stays as it is.
    const mine = entities?.RefreshToken !== undefined && entities.RefreshToken.clientId === client?.clientId;
    if (mine && ctx.status === 200) ledger.clientRevoked("refresh_token");
    const refused = (ctx.body as { error?: unknown } | undefined)?.error === "unsupported_token_type";
    if (!refused || !client || typeof params?.token !== "string") return;
    const jti = await ownTokenId(params.token, client.clientId);
    if (jti) {
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
  const known = ctx.oidc?.params?.grant_type ?? ctx.oidc?.body?.grant_type;
  if (typeof known === "string") return known;
  if (ctx.oidc) return "none";
  return (await readForm(ctx.req)).get("grant_type") ?? "none";
}

function noteSecrets(ledger: TokenLedger, body: unknown, kinds: readonly string[]): void {
  if (typeof body !== "object" || body === null) return;
  for (const kind of kinds) ledger.secretIssued(kind, (body as Record<string, unknown>)[kind]);
}
