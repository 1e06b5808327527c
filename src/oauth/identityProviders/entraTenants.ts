import { isGuid } from "../../lib/guid.ts";
import { parseUrl } from "../../lib/secureUrl.ts";

/** Where Microsoft signs people in, by cloud. */
export const loginHost = /^login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)$/;

/** What stands for any tenant in an address of version 2. */
const manyTenants = /^\/(?:organizations|common|consumers)\/v2\.0\/?$/;
/** A tenant by one of its domains, whose metadata has its GUID. */
const tenantDomain = /^\/[^/]+\.[^/]+\/v2\.0\/?$/;

const atMicrosoft = (issuer: string, path: RegExp): URL | undefined => {
  const url = parseUrl(issuer);
  return url?.protocol === "https:" && loginHost.test(url.hostname) && path.test(url.pathname) ? url : undefined;
};

/**
 * Whether an issuer is Entra's for people of many tenants, whose metadata names a template: each token's issuer is that of
 * its tenant. No other host may do so (RFC 8414, 3.3).
 */
export function isOfManyTenants(issuer: string, template: string): boolean {
  const url = atMicrosoft(issuer, manyTenants);
  return url !== undefined && template === `${url.origin}/{tenantid}/v2.0`;
}

/** Whether an issuer is Entra's for a tenant by its domain, and `found` the same by its GUID, as its metadata has it. */
export function isOfTenantDomain(issuer: string, found: string): boolean {
  const url = atMicrosoft(issuer, tenantDomain);
  const [, id = ""] = (parseUrl(found)?.pathname ?? "").split("/");
  return url !== undefined && isGuid(id) && found === `${url.origin}/${id}/v2.0`;
}

/**
 * The issuer that a token of such an issuer has to name: that of the tenant which it says it is of.
 *
 * @param tid the token's claim
 * @returns undefined for every other issuer, and for a token of no tenant
 */
export function issuerOfTenant(issuer: string, tid: unknown): string | undefined {
  const url = atMicrosoft(issuer, manyTenants) ?? atMicrosoft(issuer, tenantDomain);
  return url && typeof tid === "string" && isGuid(tid) ? `${url.origin}/${tid}/v2.0` : undefined;
}
