import { adviceAbout } from "./providerErrors.ts";
import type { ClockFacts, RefusalFacts } from "./refusalFacts.ts";
import type { Translate } from "./translate.ts";

/** An error of OAuth with the provider's own code, where it has one. */
export const withProviderCode = ({ error, providerCode }: RefusalFacts): string =>
  providerCode === undefined ? error : `${error} (${providerCode})`;

/** The detail of a refusal, with how wrong the clock of this computer is where that may be the reason. */
export function withClock(detail: string, { minutesAhead, minutesBehind }: ClockFacts, say: Translate): string {
  if (minutesAhead !== undefined)
    return say("{0} The clock of this computer is {1} minutes ahead of the identity provider's.", detail, minutesAhead);
  return minutesBehind === undefined
    ? detail
    : say("{0} The clock of this computer is {1} minutes behind the identity provider's.", detail, minutesBehind);
}

/** What to do about a wrong clock, before anything else that a refusal may be about. */
export const afterWrongClock = ({ minutesAhead, minutesBehind }: ClockFacts, say: Translate): string | undefined =>
  minutesAhead === undefined && minutesBehind === undefined
    ? undefined
    : say("Set the clock, best by letting the system do so from the network, then try again.");

/**
 * What to do about a provider's own code, else about the error code of RFC 6749, 4.1.2.1 and 5.2, or RFC 8707, 2.
 *
 * @returns undefined for an error that says nothing in particular
 */
export function afterRefusal(
  { error, providerCode, withSecret, ...clock }: RefusalFacts & ClockFacts & { readonly withSecret?: true },
  say: Translate,
): string | undefined {
  const setClock = afterWrongClock(clock, say);
  if (setClock !== undefined) return setClock;
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
    case "invalid_dpop_proof":
      return say(
        'It does not take the proof that is sent with the request (DPoP). Look whether the clock of this computer is right; if it is, set "dpop": false for this gateway in gatewayConnect.gateways and sign in again.',
      );
    default:
      return undefined;
  }
}
