import type { RefusalFacts } from "./failure.ts";
import { adviceAbout } from "./providerErrors.ts";
import type { Translate } from "./translate.ts";

/** An error of OAuth with the provider's own code, where it has one. */
export const withProviderCode = ({ error, providerCode }: RefusalFacts): string =>
  providerCode === undefined ? error : `${error} (${providerCode})`;

/**
 * What to do about a provider's own code, else about the error code of RFC 6749, 4.1.2.1 and 5.2, or RFC 8707, 2.
 *
 * @returns undefined for an error that says nothing in particular
 */
export function afterRefusal(
  { error, providerCode, withSecret }: RefusalFacts & { readonly withSecret?: true },
  say: Translate,
): string | undefined {
  const advice = adviceAbout(providerCode);
  if (advice) return say(advice.inEditor);
  switch (error) {
    case "invalid_scope":
      return say(
        'Ask your platform team which scopes this client may use, and set them as "scopes" in gatewayConnect.gateways.',
      );
    case "invalid_target":
      return say(
        'The identity provider does not know the gateway by its address: set "resource": false for this gateway in gatewayConnect.gateways and connect it again, or give the resource your platform team names.',
      );
    // The last one is Auth0's word for a wrong secret.
    case "invalid_client":
    case "unauthorized_client":
    case "access_denied":
      return withSecret
        ? say(
            'The secret or key may be wrong, or have expired. Ask your platform team for a new one, and enter it with "Change Client Secret…", or put it where "clientSecret" or "privateKey" in gatewayConnect.gateways says.',
          )
        : say(
            "Check the client ID with your platform team: it must be a native (public) application with this redirect URI.",
          );
    default:
      return undefined;
  }
}
