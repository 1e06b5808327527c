import type { Challenge } from "../../oauth/discovery/challenge.ts";
import { bindsTokens, isProofRequired } from "../../oauth/discovery/proofOffer.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { Connection } from "../connection.ts";
import { type SettingsValues, usableSetting } from "../settings/readGatewaySettings.ts";

/**
 * Whether tokens are of the kind that their gateway takes, and the person wants: bound to a key (RFC 9449) or not. Others count
 * as none, so that the next sign-in brings the right ones. Where the provider binds none, whatever there is has to do.
 *
 * @param challenge what the gateway said last when it asked for a sign-in
 */
export function isOfWantedKind(
  { isBound, proofKey, server }: TokenSet,
  { url, authorization }: Connection,
  challenge: Challenge | undefined,
  settings: SettingsValues,
): boolean {
  const setting = usableSetting("dpop", settings, url);
  if (setting === false) return !isBound;
  const offer = authorization.kind === "oauth" ? authorization.proof : undefined;
  const isRequired = challenge?.proofs?.only || isProofRequired(offer);
  return !(setting || isRequired) || proofKey !== undefined || !bindsTokens(server, offer);
}
