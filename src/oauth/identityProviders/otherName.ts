import { isSameAddress } from "../../lib/sameAddress.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import { isOfPolicy } from "./b2cPolicies.ts";
import { isOfManyTenants, isOfTenantDomain, issuerOfTenant } from "./entraTenants.ts";

/** An issuer by the address where it was asked, without the query that it was asked with: it has none (RFC 8414, 2). */
export const withoutQuery = (issuer: string): string => issuer.replace(/\?.*$/s, "");

/**
 * Whether metadata that is found at an issuer may call it so: as providers do that are asked by the name of a tenant, of a policy,
 * or with a query. All of it is within one origin, and the sign-in stays at the issuer that was asked.
 */
export const isOtherNameOf = (issuer: string, found: string): boolean =>
  isOfManyTenants(issuer, found) ||
  isOfTenantDomain(issuer, found) ||
  isOfPolicy(issuer, found) ||
  isSameAddress(found, withoutQuery(issuer));

/**
 * An issuer as an answer of it has to name it, see RFC 9207, 2.4 and OpenID Connect Core, 3.1.3.7: exactly, but for white space
 * round it, which `fetchMetadata` leaves out of its metadata.
 *
 * @param said what the answer says
 */
export function asSaid(issuer: string, said: unknown): string {
  const own = withoutQuery(issuer);
  return typeof said === "string" && said.trim() === own ? said : own;
}

/** What the claims of a token say of who issued it. */
export interface IssuerClaims {
  readonly iss?: unknown;
  readonly tid?: unknown;
}

/** The issuer that a token has to name which was issued at this one. */
export function issuerInTokens(issuer: string, { iss, tid }: IssuerClaims): string {
  const tenant = issuerOfTenant(issuer, tid);
  if (tenant !== undefined) return tenant;
  return typeof iss === "string" && isOfPolicy(issuer, iss) ? iss : asSaid(issuer, iss);
}

/**
 * Whether metadata names the issuer of Microsoft Entra External ID that is meant by a tenant's own host: its GUID's, below the same
 * domain of Microsoft. It is another origin, so that a person has to set it.
 */
export function isExternalIdTenant(issuer: string, found: string): boolean {
  const [asked, named] = [parseUrl(issuer), parseUrl(found)];
  if (!asked?.hostname.endsWith(".ciamlogin.com") || asked.protocol !== "https:") return false;
  const [, tenant] = /^https:\/\/([0-9a-f-]{36})\.ciamlogin\.com\/\1\/v2\.0\/?$/i.exec(named?.href ?? "") ?? [];
  const [, path = ""] = asked.pathname.split("/");
  return tenant !== undefined && (path === tenant || !/^[0-9a-f-]{36}$/i.test(path));
}
