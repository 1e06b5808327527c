import { type Configuration, errors } from "oidc-provider";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";

/**
 * Parameters of the authorization request beyond the standard's, and the place where oidc-provider asks whether
 * requests are as they should be: there scopes that the provider does not know are refused.
 */
export function extraParameters({ scopes }: SandboxProfile): NonNullable<Configuration["extraParams"]> {
  return {
    access_type: null,
    audience(ctx) {
      // As the client sent it: oidc-provider has already dropped what it does not know.
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
