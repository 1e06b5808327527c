import { type Configuration, errors, type KoaContextWithOIDC } from "oidc-provider";
import { REFUSED_RESOURCE } from "../faults/faultyAnswers.ts";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";
import type { ProviderKeys } from "./providerKeys.ts";
import { resourceRefusals } from "./resourceRefusals.ts";

type Feature = NonNullable<NonNullable<Configuration["features"]>["resourceIndicators"]>;

/** Our name for the single API of a provider without resources. */
export const UNNAMED_API = "urn:sandbox:api";

/**
 * Decides for which API a token is. oidc-provider works with resources (RFC 8707). A provider that does not know them
 * has a single API here, whether a client names it or not.
 */
export function resourceIndicators(
  profile: SandboxProfile,
  { gatewayUrl }: ProfileAddresses,
  world: { readonly keys: ProviderKeys; readonly accessTokenSeconds: number },
): Feature {
  const { resource, scopes } = profile;
  const api = resource === "gatewayOnly" ? gatewayUrl : UNNAMED_API;
  return {
    enabled: true,
    // Clients that send no resource get a token for the gateway too, as if it were a company's only API.
    defaultResource(ctx, _client, oneOf) {
      if (oneOf) return oneOf;
      if (profile.accessToken === "opaque") return [];
      if (resource !== "audienceParameter") return api;
      const audience = audienceOf(ctx);
      if (audience === undefined) return [];
      if (audience === gatewayUrl) return api;
      throw new errors.CustomOIDCProviderError("access_denied", `Service not found: ${audience}`);
    },
    useGrantedResource: () => true,
    getResourceServerInfo(ctx, indicator, client) {
      const own = withoutSlash(indicator) === withoutSlash(api);
      if (indicator === REFUSED_RESOURCE || (resource === "gatewayOnly" && !own)) throw new errors.InvalidTarget();
      if (resource === "refused" && !own) {
        const { error, description } = resourceRefusals.AADSTS901002;
        throw new errors.CustomOIDCProviderError(error, description);
      }
      if (ctx.oidc.params?.grant_type === "client_credentials") refuseScopes(profile, ctx, client.clientId);
      return {
        scope: [...(resource === "gatewayOnly" ? [] : scopes.identity), ...scopes.api].join(" "),
        audience: resource === "bound" ? indicator : gatewayUrl,
        accessTokenTTL: world.accessTokenSeconds,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "RS256", kid: world.keys.access.privateJwk.kid } },
      };
    },
  };
}

function refuseScopes({ scopes, clients }: SandboxProfile, ctx: KoaContextWithOIDC, clientId: string): void {
  const asked = String(ctx.oidc.params?.scope ?? "")
    .split(" ")
    .filter(Boolean);
  const refusal = clientId === clients.app ? undefined : scopes.refuse?.(asked, "machines");
  if (refusal) throw new errors.CustomOIDCProviderError(refusal.error, refusal.description);
}

/** Auth0's own parameter, which its token endpoint accepts too. */
function audienceOf({ oidc }: KoaContextWithOIDC): string | undefined {
  const audience = oidc.params?.audience ?? oidc.body?.audience;
  return typeof audience === "string" ? audience : undefined;
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}
