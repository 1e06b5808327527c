import { bearerHeader } from "../../lib/bearer.ts";
import { loadProofs } from "./lazyRequests.ts";
import type { ProvenAnswer, RequestWithToken } from "./proofs.ts";
import type { TokenToSend } from "./tokenSet.ts";

/** The headers with which a token is presented. */
const presenting = new Set(["authorization", "dpop"]);

/**
 * Sends a request that presents a token, to a gateway mostly: as a bearer's (RFC 6750, 2.1), or with a proof that is signed for
 * this request where the token is bound to a key (RFC 9449, 7.1). Whoever sends a token does it here, so that there is one place
 * that knows how.
 *
 * @param token undefined where the gateway asks for none: what the request itself has is left out all the same
 * @param send sends it with the headers that it is handed, and once more where the server wants a nonce in the proof
 * @throws GatewayFailure `proof_key_unusable`, `part_not_loaded`, and what `send` throws
 */
export async function presentToken<A extends ProvenAnswer>(
  request: RequestWithToken,
  token: Pick<TokenToSend, "text" | "proofKey"> | undefined,
  send: (headers: Readonly<Record<string, string>>) => Promise<A>,
): Promise<A> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!presenting.has(name.toLowerCase())) headers[name] = value;
  }
  if (token?.text === undefined) return await send(headers);
  const { text, proofKey } = token;
  if (proofKey) {
    const { sendWithProof } = await loadProofs();
    return await sendWithProof({ ...request, headers }, { text, proofKey }, send);
  }
  headers.authorization = bearerHeader(text);
  return await send(headers);
}
