import { isGuid } from "../../lib/guid.ts";
import { parseUrl } from "../../lib/secureUrl.ts";

/** A tenant, and the policy that signs its people in, as an address of Azure AD B2C has them: letters are not told apart. */
interface PolicyAddress {
  readonly tenant: string;
  readonly policy?: string | undefined;
}

/** The policy stands in the path, or in the query where the tenant is alone there. */
function addressOf(url: URL): PolicyAddress | undefined {
  const path = /^\/(?:tfp\/)?([^/]+)(?:\/([^/]+))?\/v2\.0\/?$/.exec(url.pathname.toLowerCase());
  const [, tenant, policy = url.searchParams.get("p")?.toLowerCase()] = path ?? [];
  return tenant === undefined ? undefined : { tenant, policy };
}

/**
 * Whether an issuer is a policy of Azure AD B2C, and `found` the issuer of that tenant, as B2C's metadata and tokens have it:
 * with the tenant's GUID, and without the policy or as `tfp` of the same one.
 *
 * Both are of one origin, and so are all that a host of B2C signs in for. A sign-in stays one at the policy, whose name it was
 * asked for by, so that no document makes itself another's (RFC 8414, 3.3).
 */
export function isOfPolicy(issuer: string, found: string): boolean {
  const [asked, named] = [parseUrl(issuer), parseUrl(found)];
  if (!asked || !named || asked.origin !== named.origin || named.search !== "") return false;
  const [policy, tenant] = [addressOf(asked), addressOf(named)];
  if (!policy?.policy?.startsWith("b2c_1") || !tenant || !isGuid(tenant.tenant)) return false;
  const isTenant = policy.tenant === tenant.tenant || !isGuid(policy.tenant);
  return isTenant && (tenant.policy ?? policy.policy) === policy.policy;
}
