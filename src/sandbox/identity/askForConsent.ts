import type { KoaContextWithOIDC } from "oidc-provider";

/** OpenID Connect Core 1.0, 11 ties refresh tokens to `prompt=consent`, which few clients send: consent is always asked here. */
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
