import { algorithmsIn } from "../tokens/proofAlgorithms.ts";
import type { BearerToken } from "../tokens/tokenSet.ts";
import type { AuthorizationServer } from "./authorizationServer.ts";
import type { Challenge } from "./challenge.ts";
import type { ProtectedResource } from "./protectedResource.ts";

/** That a gateway takes tokens that are bound to a key (RFC 9449). */
export interface ProofOffer {
  /** It takes no others. */
  readonly only: boolean;
  /** The algorithms of ours that it takes, where it names any. */
  readonly algorithms?: readonly string[];
}

/** The same as it is recorded. Earlier versions kept a word, which meant the one algorithm that they had. */
export type RecordedOffer = ProofOffer | "offered" | "required";

const EARLIER_ALGORITHMS = ["ES256"];

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
  const only = offers.some((one) => one.only);
  const lists = offers.flatMap(({ algorithms }) => (algorithms ? [algorithms] : []));
  const algorithms = algorithmsIn(lists);
  if (offers.length === 0 || algorithms.length === 0) return undefined;
  return { only, ...(lists.length > 0 && { algorithms }) };
}

/** Whether a gateway takes no tokens but those that are bound to a key. */
export const isProofRequired = (offer: RecordedOffer | undefined): boolean =>
  typeof offer === "object" ? offer.only : offer === "required";

/** Whether an authorization server binds tokens to a key of ours (RFC 9449, 5.1), and to one that a gateway takes where it says so. */
export const bindsTokens = (server: AuthorizationServer, offer?: RecordedOffer): boolean =>
  boundBy(server, offer).length > 0;

function boundBy(
  { dpop_signing_alg_values_supported: named }: AuthorizationServer,
  offer?: RecordedOffer,
): readonly string[] {
  if (!Array.isArray(named)) return [];
  const taken = typeof offer === "string" ? EARLIER_ALGORITHMS : offer?.algorithms;
  return algorithmsIn([named, ...(taken ? [taken] : [])]);
}

/**
 * The algorithms by which proofs for the tokens of a sign-in can be signed, the best first: those that gateway and authorization
 * server both take. None where tokens are for any bearer. An ID token is bound to nothing. A gateway that does not say what it
 * takes is told by the settings alone.
 */
export const wantedProofs = ({ setting, offer, server, bearerToken }: ProofChoice): readonly string[] =>
  bearerToken === "access" && (setting ?? offer !== undefined) ? boundBy(server, offer) : [];

interface ProofChoice {
  readonly setting: boolean | undefined;
  readonly offer: RecordedOffer | undefined;
  readonly server: AuthorizationServer;
  readonly bearerToken: BearerToken;
}
