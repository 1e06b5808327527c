import { GatewayFailure } from "../../failures/failure.ts";
import type { HttpAnswer } from "../../lib/httpPort.ts";
import { clockFacts } from "./clockDifference.ts";
import type { TokenSet, TokenToSend } from "./tokenSet.ts";

/** Why a gateway refused a token, as far as it says so. */
export interface Refusal {
  readonly error: string;
  readonly words?: string;
}

/** What a gateway answered to a token that it refused. */
export interface RefusedToken {
  readonly refused: Refusal;
  readonly answer: Pick<HttpAnswer, "headers">;
  /** Milliseconds since the epoch, by this computer's clock. */
  readonly sentAt: number;
}

/** The token, and the sign-in that it is of. */
export interface UsedSignIn {
  readonly gateway: string;
  readonly token: Pick<TokenToSend, "proofKey">;
  readonly tokens: TokenSet;
}

/** What is wrong with a proof, and not with the token (RFC 9449, 7.1 and 9). */
const aboutProofs: ReadonlySet<string> = new Set(["invalid_dpop_proof", "use_dpop_nonce"]);

/**
 * Refusals that are about the proof beside a token, or about the want of one. Another token of the same kind would mend
 * neither, so that nothing is renewed for it.
 *
 * @param used of a token that is bound, or of one for any bearer where only bound ones are taken
 * @returns GatewayFailure `proof_refused` or `bound_token_needed`; undefined for a refusal of a bound token itself
 */
export function proofRefusal(
  { refused, answer, sentAt }: RefusedToken,
  { gateway, token, tokens }: UsedSignIn,
): GatewayFailure | undefined {
  if (token.proofKey) {
    if (!aboutProofs.has(refused.error)) return undefined;
    return new GatewayFailure("proof_refused", { gateway, ...refused, ...clockFacts(answer, sentAt) });
  }
  return new GatewayFailure("bound_token_needed", { gateway, issuer: tokens.server.issuer });
}
