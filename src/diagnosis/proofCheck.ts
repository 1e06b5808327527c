import { english, type Translate } from "../failures/translate.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import { bindsTokens, isProofRequired, type ProofOffer } from "../oauth/discovery/proofOffer.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess } from "./askedAccess.ts";

/**
 * Whether tokens are bound to a key (DPoP, RFC 9449), where somebody speaks of it: most gateways take those of any bearer, and
 * nobody has to be told of it then.
 *
 * @param offer whether the gateway takes bound tokens, where it says so
 */
export function proofCheck(
  { settings: { dpop: setting }, tokens, bearerToken }: Pick<AskedAccess, "settings" | "tokens" | "bearerToken">,
  { offer, server }: { readonly offer: ProofOffer | undefined; readonly server: AuthorizationServer | undefined },
  say: Translate = english,
): AccessCheck[] {
  const isSpokenOf = offer !== undefined || setting !== undefined || tokens?.proofKey !== undefined;
  if (!isSpokenOf || !server || bearerToken === "id") return [];
  const what = say("Tokens are bound to a key (DPoP)");
  const expected = expectedOf(offer, say);
  const binds = bindsTokens(server, offer);
  if (tokens?.isBound) {
    return [{ what, state: offer ? "passed" : "note", expected, found: say("bound to the key of this sign-in") }];
  }
  const found = tokens
    ? tokens.proofKey
      ? say("for any bearer, although the request for it had a proof")
      : say("for any bearer")
    : binds
      ? say("the identity provider issues such tokens")
      : say("the identity provider does not say that it issues such tokens");
  const isUseless = isProofRequired(offer) && (tokens !== undefined || !binds || setting === false);
  if (!isUseless) return [{ what, state: tokens || !binds ? "note" : "passed", expected, found }];
  const fix =
    setting === false
      ? say('Take "dpop" out of the settings of this gateway, and sign in again.')
      : !binds || tokens?.proofKey
        ? say(
            "Ask whoever runs the identity provider to bind this client's tokens to a key (DPoP), or whoever runs the gateway to take others.",
          )
        : say("Sign in again: the next token is bound.");
  return [{ what, state: "failed", expected, found, fix }];
}

function expectedOf(offer: ProofOffer | undefined, say: Translate): string {
  if (isProofRequired(offer)) return say("the gateway takes no others");
  return offer ? say("the gateway takes them too") : say("the gateway does not say that it takes them");
}
