import type { KoaContextWithOIDC } from "oidc-provider";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";

/** The two metadata documents, under the only names that oidc-provider has for them. */
const documents = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] as const;

/**
 * Serves everything under the endpoints' own address, whatever name a browser or a proxy used: oidc-provider builds
 * addresses from the request, and browsers send cookies only to the name that set them. The metadata is where the
 * provider has it, and nowhere else.
 */
export function atEndpoints({ routes, metadata }: SandboxProfile, { origin }: ProfileAddresses) {
  const { host } = new URL(origin);
  const pages = [routes.authorization, "/interaction", routes.code_verification].filter((path) => path !== undefined);
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    const isPage = pages.some((path) => ctx.path === path || ctx.path.startsWith(`${path}/`));
    if (ctx.host !== host && ctx.method === "GET" && isPage) {
      ctx.redirect(`${origin}${ctx.url}`);
      return;
    }
    ctx.req.headers.host = host;
    const document = documents.find((path) => ctx.path.includes(path));
    if (document) {
      if (!metadata.paths.includes(ctx.path)) {
        ctx.status = 404;
        ctx.body = { error: "not_found" };
        return;
      }
      ctx.path = document;
    }
    await next();
  };
}
