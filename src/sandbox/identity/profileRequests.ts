import type { KoaContextWithOIDC } from "oidc-provider";
import { REFUSED_RESOURCE } from "../faults/faultyAnswers.ts";
import type { Refusal, SandboxProfile } from "../profiles/sandboxProfile.ts";
import { putBack, readForm } from "./readForm.ts";
import { type ResourceRefusal, resourceRefusals } from "./resourceRefusals.ts";

type Next = () => Promise<unknown>;

export interface RequestWorld {
  readonly resourceRefusal: ResourceRefusal;
  readonly appSecret: string | undefined;
}

/** Turns requests in the imitated provider's form into oidc-provider's, or refuses them on its behalf. */
export function profileRequests(profile: SandboxProfile, world: RequestWorld) {
  const { routes, resource, afterLogout } = profile;
  const forms = [routes.token, routes.revocation, routes.device_authorization];
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const dropped = ctx.query.resource !== REFUSED_RESOURCE && dropsResource(profile, world.resourceRefusal);
    if (ctx.path === routes.authorization && dropped) {
      ctx.query = without(ctx.query, "resource");
    }
    if (ctx.path === profile.signOutPage) ctx.path = routes.end_session;
    if (ctx.path === routes.end_session && afterLogout && ctx.query[afterLogout] !== undefined) {
      ctx.query = { ...without(ctx.query, afterLogout), post_logout_redirect_uri: ctx.query[afterLogout] };
    }
    if (resource !== "gatewayOnly" && ctx.method === "POST" && forms.includes(ctx.path)) {
      const form = await readForm(ctx.req);
      const refusal = changeForm(ctx, form, { profile, ...world });
      if (refusal) {
        ctx.status = 400;
        ctx.set("cache-control", "no-store");
        ctx.body = { error: refusal.error, error_description: refusal.description };
        ctx.state.grantType = form.get("grant_type") ?? "none";
        return;
      }
      putBack(ctx, form);
    }
    await next();
  };
}

function dropsResource({ resource }: SandboxProfile, refusal: ResourceRefusal): boolean {
  if (resource === "ignored" || resource === "audienceParameter") return true;
  // The token endpoint sends this refusal, so the authorization request has to pass.
  return resource === "refused" && refusal === "AADSTS9010010";
}

function changeForm(
  ctx: KoaContextWithOIDC,
  form: URLSearchParams,
  { profile, resourceRefusal, appSecret }: RequestWorld & { readonly profile: SandboxProfile },
): Refusal | undefined {
  const { resource, routes, clients, revocation } = profile;
  if (resource === "refused" && form.has("resource")) return resourceRefusals[resourceRefusal];
  if (resource === "ignored" || resource === "audienceParameter") form.delete("resource");
  if (appSecret === undefined) return undefined;
  if (ctx.path === routes.token) {
    const named = form.get("client_id") === clients.app && !form.has("client_secret") && !ctx.get("authorization");
    return named ? { error: "invalid_request", description: "client_secret is missing." } : undefined;
  }
  // Only the token endpoint requires the secret, while oidc-provider requires it everywhere.
  if (ctx.path === routes.device_authorization || revocation.anyone) {
    delete ctx.req.headers.authorization;
    form.set("client_id", clients.app);
    form.set("client_secret", appSecret);
  }
  return undefined;
}

function without<T extends object>(query: T, name: string): T {
  const { [name as keyof T]: _, ...rest } = query;
  return rest as T;
}
