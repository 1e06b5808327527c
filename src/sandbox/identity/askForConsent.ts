import type { KoaContextWithOIDC } from "oidc-provider";

/**
 * Always asks for consent: OpenID Connect Core 1.0, 11 requires `prompt=consent` for refresh tokens, which few clients
 * send.
 */
export function askForConsent(authorization: string) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    const { scope, prompt = "" } = ctx.query;
    if (ctx.path === authorization && typeof scope === "string" && scope.split(" ").includes("offline_access")) {
      const asked = typeof prompt === "string" ? prompt.split(" ").filter(Boolean) : [];
      if (!asked.includes("consent") && !asked.includes("none")) {
        ctx.query = { ...ctx.query, prompt: [...asked, "consent"].join(" ") };
      }
    }
    await next();
  };
}
