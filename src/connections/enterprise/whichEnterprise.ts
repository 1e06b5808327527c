import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Authorization, Company } from "../../oauth/signIn/recordedAuthorization.ts";
import type { SettingsValues } from "../settings/readGatewaySettings.ts";

/**
 * Which enterprise identity provider there is, as it was set. Nobody else decides it: whoever signs in, explains or signs out
 * asks here, and reads what it says with `readEnterprise`.
 *
 * @param values the settings as they are now
 * @param authorization of a gateway that may have a company of its own
 * @returns undefined where nobody has set one
 */
export function whichEnterprise(
  { enterprise, policy }: SettingsValues,
  authorization?: { readonly kind: Authorization["kind"]; readonly company?: Company },
): unknown {
  // An administrator's goes before, and nothing of the person's is mixed into it.
  if (policy?.identityProvider) return policy.identityProvider;
  if (authorization?.company) return authorization.company;
  const isUnset = isJsonObject(enterprise) && Object.keys(enterprise).length === 0;
  return isUnset ? undefined : (enterprise ?? undefined);
}
