import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { KoaContextWithOIDC } from "oidc-provider";
import { askServer } from "../../lib/askServer.ts";
import { requestPolicies } from "../../lib/limits.ts";
import type { SandboxFaults } from "../faults/sandboxFaults.ts";
import type { ProfileAddresses, ProfileRoutes } from "../profiles/sandboxProfile.ts";
import { putBack, readForm } from "./readForm.ts";

type Next = () => Promise<unknown>;

export interface WorkloadTrust {
  readonly routes: ProfileRoutes;
  readonly addresses: ProfileAddresses;
  /** The platform whose tokens are taken. Its keys are where its metadata says. */
  readonly issuer: string;
  /** The client that a workload is here. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly faults: () => SandboxFaults;
}

/** Which parameter has the platform's token, by grant (RFC 7523, 2.1 and 2.2; RFC 8693, 2.1). */
const places: Readonly<Record<string, string>> = {
  "urn:ietf:params:oauth:grant-type:jwt-bearer": "assertion",
  "urn:ietf:params:oauth:grant-type:token-exchange": "subject_token",
  client_credentials: "client_assertion",
};

/**
 * Takes the tokens of a platform for its workloads (workload identity federation): one that its issuer signed, that has not
 * ended, and is for this server, gets what the machine client would get. oidc-provider knows none of these grants, so that the
 * request it sees is that client's.
 */
export function workloadAssertions({ routes, addresses, issuer, client, faults }: WorkloadTrust) {
  const audience = [addresses.issuer, `${addresses.issuer}/`, `${addresses.origin}${routes.token}`];
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    if (ctx.method !== "POST" || ctx.path !== routes.token) return void (await next());
    const form = await readForm(ctx.req);
    const grant = form.get("grant_type") ?? "";
    const jwt = form.get(places[grant] ?? "");
    if (jwt === null || !isOfWorkload(jwt, issuer, grant)) {
      putBack(ctx, form);
      return void (await next());
    }
    ctx.state.grantType = grant;
    const refuse = (error: string, description: string): void => {
      ctx.status = 400;
      ctx.set("cache-control", "no-store");
      ctx.body = { error, error_description: description };
    };
    if (faults().workloadRefused) return refuse("unauthorized_client", "workloads may not sign in here");
    try {
      // Anew each time: a platform may have changed its keys.
      await jwtVerify(jwt, await keysOf(issuer), { issuer, audience, requiredClaims: ["exp", "sub"] });
    } catch (error) {
      return refuse("invalid_grant", error instanceof Error ? error.message : "the assertion is not taken");
    }
    putBack(ctx, asClient(form, client));
    await next();
  };
}

/** Other assertions, such as those of a person's identity provider, and clients' own, are for others to judge. */
function isOfWorkload(jwt: string, issuer: string, grant: string): boolean {
  try {
    if (decodeProtectedHeader(jwt).typ === "oauth-id-jag+jwt") return false;
    return grant !== "client_credentials" || decodeJwt(jwt).iss === issuer;
  } catch {
    return grant !== "client_credentials";
  }
}

async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const read = async (url: string) => await (await askServer({ url }, requestPolicies.keys, { fetch })).json();
  const metadata = await read(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { jwks_uri: address = "" } = metadata as { readonly jwks_uri?: string };
  return createLocalJWKSet((await read(address)) as JSONWebKeySet);
}

function asClient(form: URLSearchParams, { clientId, clientSecret }: WorkloadTrust["client"]): URLSearchParams {
  const own = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  for (const name of ["scope", "resource", "audience"]) {
    const value = form.get(name);
    if (value !== null) own.set(name, value);
  }
  return own;
}
