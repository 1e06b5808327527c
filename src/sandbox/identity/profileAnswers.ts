import type { KoaContextWithOIDC } from "oidc-provider";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";

type Next = () => Promise<unknown>;

/** Turns oidc-provider's answers into those of the imitated provider: its metadata, its texts, and what it omits. */
export function profileAnswers(
  profile: SandboxProfile,
  addresses: ProfileAddresses,
  unpublishedKeyId: string | undefined,
) {
  const { routes, metadata, tokenErrors, registrationRefusal, verificationMember, refreshTokens } = profile;
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    if (registrationRefusal && ctx.method === "POST" && ctx.path === routes.registration) {
      ctx.status = registrationRefusal.status;
      ctx.body = registrationRefusal.body;
      return;
    }
    await next();
    if (ctx.path.startsWith("/.well-known/") && ctx.path !== routes.jwks && isObject(ctx.body)) {
      ctx.body = without({ ...ctx.body, ...metadata.with?.(addresses) }, metadata.without);
    }
    if (ctx.path === routes.jwks && unpublishedKeyId !== undefined && isObject(ctx.body)) {
      const { keys } = ctx.body as { keys: readonly { kid: string }[] };
      ctx.body = { keys: keys.filter(({ kid }) => kid !== unpublishedKeyId) };
    }
    if (ctx.path === routes.token && isObject(ctx.body)) {
      const { body } = ctx;
      const refusal = tokenErrors?.[String(body.error)];
      if (refusal) ctx.body = { error: refusal.error, error_description: refusal.description };
      else if (refreshTokens.renewal === "kept" && isRenewal(ctx)) ctx.body = without(body, ["refresh_token"]);
    }
    if (verificationMember && ctx.path === routes.device_authorization && isObject(ctx.body)) {
      const { verification_uri, ...rest } = ctx.body;
      if (verification_uri !== undefined) ctx.body = { ...rest, [verificationMember]: verification_uri };
    }
    if (!profile.namesIssuer && ctx.path.startsWith(routes.authorization)) dropIssuer(ctx);
  };
}

/** Removes `iss` from the authorization response, for a provider that does not implement RFC 9207. */
function dropIssuer(ctx: KoaContextWithOIDC): void {
  const location = ctx.response.get("location");
  if (!URL.canParse(location)) return;
  const url = new URL(location);
  if (!url.searchParams.has("code") && !url.searchParams.has("error")) return;
  url.searchParams.delete("iss");
  ctx.set("location", url.href);
}

function isRenewal(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc?.params?.grant_type === "refresh_token";
}

function without(members: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Buffer.isBuffer(value);
}
