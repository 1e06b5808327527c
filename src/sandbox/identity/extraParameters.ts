import { type Configuration, errors } from "oidc-provider";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";

/**
 * The authorization request's parameters beyond the standard's. oidc-provider validates requests through them, so this
 * is also where scopes that the provider does not know are refused.
 */
export function extraParameters({ scopes }: SandboxProfile): NonNullable<Configuration["extraParams"]> {
  return {
    access_type: null,
    audience(ctx) {
      // Read from the request as the client sent it, since oidc-provider has dropped the scopes it does not know.
      const { scope } = ctx.method === "POST" ? (ctx.oidc.body ?? {}) : ctx.query;
      const asked = typeof scope === "string" ? scope.split(" ").filter(Boolean) : [];
      const refusal = scopes.refuse?.(asked, "people");
      if (!refusal) return;
      const error = new errors.CustomOIDCProviderError(refusal.error, refusal.description);
      if (refusal.onPage) error.allow_redirect = false;
      throw error;
    },
  };
}
