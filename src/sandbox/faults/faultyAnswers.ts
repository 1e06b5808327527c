import type { KoaContextWithOIDC } from "oidc-provider";
import type { ProfileRoutes } from "../profiles/sandboxProfile.ts";
import type { SandboxFaults, TokenEndpointError } from "./sandboxFaults.ts";

type Next = () => Promise<unknown>;

const OTHER_ISSUER = "https://login.example.com";

/** A resource that every provider refuses. */
export const REFUSED_RESOURCE = `${OTHER_ISSUER}/refused`;

/** Applies the faults that affect whole answers. The faults inside tokens are in the provider's configuration. */
export function faultyAnswers(routes: ProfileRoutes, faults: () => SandboxFaults) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const now = faults();
    const instead = answerInstead(ctx, routes, now);
    if (instead) {
      ctx.status = instead.status;
      ctx.set("cache-control", "no-store");
      ctx.body = instead.body;
      return;
    }
    if (ctx.path === routes.authorization && now.resourceRefused && ctx.query.resource !== undefined) {
      // The provider refuses every resource but the gateway's, so another resource triggers the refusal.
      ctx.query = { ...ctx.query, resource: REFUSED_RESOURCE };
    }
    await next();
    if (isMetadata(ctx.path, routes) && isObject(ctx.body)) ctx.body = faultyMetadata(ctx.body, now);
    if (ctx.path === routes.token && now.noRotation && isRenewal(ctx) && isObject(ctx.body)) {
      ctx.body = { ...ctx.body, refresh_token: undefined };
    }
    if (ctx.path.startsWith(routes.authorization)) falsifyAuthorizationResponse(ctx, now);
  };
}

interface Answer {
  readonly status: number;
  /** Text is HTML, an object is JSON. */
  readonly body: string | object;
}

/** The answer that replaces the provider's. */
function answerInstead(
  { method, path }: KoaContextWithOIDC,
  routes: ProfileRoutes,
  faults: SandboxFaults,
): Answer | undefined {
  if (isMetadata(path, routes) && faults.discoveryDown) return unavailable;
  if (method !== "POST") return undefined;
  if (path === routes.token && faults.tokenEndpointError) return tokenErrors[faults.tokenEndpointError];
  if (path === routes.revocation && faults.noRevocationEndpoint) return notFound;
  if (path === routes.revocation && faults.revocationUnavailable) return unavailable;
  if (path === routes.registration && faults.noRegistration) return notFound;
  if (path === routes.registration && faults.registrationRefused) {
    return { status: 400, body: { error: "invalid_redirect_uri", error_description: "redirect URIs are refused" } };
  }
  return undefined;
}

const isMetadata = (path: string, { jwks }: ProfileRoutes): boolean =>
  path.startsWith("/.well-known/") && path !== jwks;

const unavailable: Answer = { status: 503, body: { error: "temporarily_unavailable" } };
const notFound: Answer = { status: 404, body: { error: "not_found" } };
const proxyPage = "<!doctype html><title>Portal</title><h1>A page of some proxy</h1>";

const tokenErrors: Readonly<Record<TokenEndpointError, Answer>> = {
  "500-json": { status: 500, body: { error: "server_error" } },
  "500-html": { status: 500, body: proxyPage },
  "400-invalid-grant": { status: 400, body: { error: "invalid_grant" } },
  "200-html": { status: 200, body: proxyPage },
};

function faultyMetadata(metadata: object, faults: SandboxFaults): object {
  const changes: Record<string, unknown> = {
    ...(faults.wrongIssuerInMetadata && { issuer: OTHER_ISSUER }),
    ...(faults.insecureTokenEndpoint && { token_endpoint: "http://login.example.com/token" }),
    ...(faults.javascriptAuthorizationEndpoint && { authorization_endpoint: "javascript:alert(1)//" }),
    ...(faults.noPkce && { code_challenge_methods_supported: ["plain"] }),
    ...(faults.noRegistration && { registration_endpoint: undefined }),
    ...(faults.noRevocationEndpoint && { revocation_endpoint: undefined }),
  };
  return { ...metadata, ...changes };
}

/** Falsifies the redirect that carries a code or an error back to the client. */
function falsifyAuthorizationResponse(ctx: KoaContextWithOIDC, faults: SandboxFaults): void {
  const location = ctx.response.get("location");
  if (!URL.canParse(location)) return;
  const url = new URL(location);
  const { searchParams } = url;
  if (!searchParams.has("code") && !searchParams.has("error")) return;
  if (faults.missingIss) searchParams.delete("iss");
  if (faults.wrongIss) searchParams.set("iss", OTHER_ISSUER);
  if (faults.wrongState && searchParams.has("state")) searchParams.set("state", "another-state");
  ctx.set("location", url.href);
}

function isRenewal(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc?.params?.grant_type === "refresh_token";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Buffer.isBuffer(value);
}
