import type { AuthorizationServer } from "./authorizationServer.ts";
import type { Challenge } from "./challenge.ts";
import type { ProtectedResource } from "./protectedResource.ts";

/** What proofs of possession are signed with here: what nearly everybody takes who takes any (RFC 9449, 4.2). */
export const PROOF_ALGORITHM = "ES256";

/** Whether a gateway takes tokens that are bound to a key (RFC 9449) beside others, or no others. */
export type ProofOffer = "offered" | "required";

/**
 * Whether a gateway takes tokens that are bound to a key: by its challenge (RFC 9449, 7.1) or its metadata (RFC 9728, 2). Most
 * gateways behind an identity provider that could bind them do not, and would refuse every such token.
 *
 * @returns undefined where it does not say so, or takes no algorithm of ours
 */
export function proofOffer(
  challenge: Pick<Challenge, "proofs"> | undefined,
  metadata: Pick<ProtectedResource, "proofs"> | undefined,
): ProofOffer | undefined {
  const offers = [challenge?.proofs, metadata?.proofs].filter((one) => one !== undefined);
  if (offers.length === 0) return undefined;
  if (offers.some(({ algorithms }) => algorithms?.includes(PROOF_ALGORITHM) === false)) return undefined;
  return offers.some(({ only }) => only) ? "required" : "offered";
}

/** Whether an authorization server binds tokens to a key of ours (RFC 9449, 5.1). */
export const bindsTokens = ({ dpop_signing_alg_values_supported: algorithms }: AuthorizationServer): boolean =>
  Array.isArray(algorithms) && algorithms.includes(PROOF_ALGORITHM);
