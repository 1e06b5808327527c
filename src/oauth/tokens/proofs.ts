import * as oauth from "oauth4webapi";
import { GatewayFailure } from "../../failures/failure.ts";
import type { HttpAnswer, HttpRequest } from "../../lib/httpPort.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import { parseChallenge } from "../discovery/challenge.ts";
import { algorithmOf, algorithmsIn, type ProofAlgorithm, type ProofKey, proofAlgorithms } from "./proofAlgorithms.ts";

/**
 * A key, to be kept with the sign-in that it is made for.
 *
 * @param names of the algorithms that it may sign with, the best first; by default all of ours
 */
export async function newProofKey([best]: readonly string[] = algorithmsIn([])): Promise<ProofKey> {
  const { parameters, members, secrets } = proofAlgorithms.find(({ name }) => name === best) as ProofAlgorithm;
  const { privateKey } = (await crypto.subtle.generateKey(parameters, true, ["sign", "verify"])) as CryptoKeyPair;
  const key = (await crypto.subtle.exportKey("jwk", privateKey)) as ProofKey;
  return membersOf(key, [...members, ...secrets]);
}

const membersOf = (key: ProofKey, names: readonly string[]): ProofKey =>
  Object.fromEntries(names.map((name) => [name, key[name]])) as ProofKey;

/** How many keys are kept ready, with the nonces that they had from servers. A person has a few sign-ins. */
const MOST_KEYS = 50;

/**
 * What signs with each key, and knows the last nonce of each origin (RFC 9449, 8.2): by a hash of all that is kept of the
 * key, which itself would stay in memory here after its sign-in is gone.
 */
const ready = new Map<string, Promise<oauth.DPoPHandle>>();

/**
 * What signs proofs with a key, for requests to oauth4webapi. It cannot be read out of it.
 *
 * @throws GatewayFailure `proof_key_unusable`
 */
export async function proofsWith(key: ProofKey): Promise<oauth.DPoPHandle> {
  const name = await sha256Hex(JSON.stringify(key));
  const proofs = ready.get(name) ?? handleOf(key);
  ready.delete(name);
  ready.set(name, proofs);
  for (const [oldest] of ready) if (ready.size > MOST_KEYS) ready.delete(oldest);
  return await proofs;
}

async function handleOf(key: ProofKey): Promise<oauth.DPoPHandle> {
  const algorithm = algorithmOf(key);
  try {
    const keyPair = algorithm && (await keyPairOf(key, algorithm));
    if (keyPair) return oauth.DPoP({}, keyPair);
  } catch {
    // The error may quote the key.
  }
  throw new GatewayFailure("proof_key_unusable", {});
}

/** @returns undefined for a pair that does not belong together, which would sign what nobody can verify */
async function keyPairOf(
  key: ProofKey,
  { members, secrets, parameters }: ProofAlgorithm,
): Promise<CryptoKeyPair | undefined> {
  const whole = membersOf(key, [...members, ...secrets]);
  const { subtle } = crypto;
  const privateKey = await subtle.importKey("jwk", whole, parameters, false, ["sign"]);
  const publicKey = await subtle.importKey("jwk", membersOf(key, members), parameters, true, ["verify"]);
  const signature = await subtle.sign(parameters, privateKey, new Uint8Array());
  const isPair = await subtle.verify(parameters, publicKey, signature, new Uint8Array());
  return isPair ? { privateKey, publicKey } : undefined;
}

/** What tokens are bound to that belong to a key: its thumbprint (RFC 7638), as `cnf.jkt` has it (RFC 9449, 6.1). */
export const thumbprintOf = async (key: ProofKey): Promise<string> =>
  await (await proofsWith(key)).calculateThumbprint();

/** A request that is to have a token, with everything that a proof of possession has to name. */
export interface RequestWithToken extends HttpRequest {
  readonly url: string | URL;
}

/** The head of an answer, and how to let go of the rest. */
export type ProvenAnswer = Pick<HttpAnswer, "status" | "headers"> &
  ({ cancel(): Promise<void> } | { readonly body: HttpAnswer["body"] });

/** A token, and the key that it is bound to. */
export interface BoundToken {
  readonly text: string;
  readonly proofKey: ProofKey;
}

/**
 * Sends a request that presents a bound token with a proof (RFC 9449, 7.1). Where the server wants its nonce in the proof (9),
 * it has not looked at the request, and gets it again, newly signed.
 *
 * @throws GatewayFailure `proof_key_unusable`, and what `send` throws
 */
export async function sendWithProof<A extends ProvenAnswer>(
  request: RequestWithToken,
  token: BoundToken,
  send: (headers: Readonly<Record<string, string>>) => Promise<A>,
): Promise<A> {
  let last: string | undefined;
  for (let tries = 1; ; tries++) {
    const answer = await sendOnce(request, token, send);
    const nonce = wantedNonce(answer);
    // Where many ask at once, each may have been given a nonce that the next one's has replaced.
    if (nonce === undefined || nonce === last || tries === MOST_TRIES) return answer;
    await ("cancel" in answer ? answer.cancel() : answer.body?.cancel());
    last = nonce;
  }
}

/** How often a request is sent for the sake of a nonce. Servers that give another one each time do so to whoever asks first. */
const MOST_TRIES = 3;

/** The nonce that the proof has to have, where an answer is about the want of it. */
function wantedNonce({ status, headers }: Pick<HttpAnswer, "status" | "headers">): string | undefined {
  if (status !== 401 && status !== 400) return undefined;
  if (parseChallenge(headers.get("www-authenticate"))?.error !== "use_dpop_nonce") return undefined;
  return nonceIn(headers);
}

/** No nonce is this long. It goes back in a header of every request, and servers take headers up to some length only. */
const LONGEST_NONCE = 1024;

function nonceIn(headers: HttpAnswer["headers"]): string | undefined {
  const nonce = headers.get("dpop-nonce")?.trim() ?? "";
  return nonce !== "" && nonce.length <= LONGEST_NONCE ? nonce : undefined;
}

/** The library makes the headers, and takes the nonce out of the answer; the request itself goes its own way. */
async function sendOnce<A extends ProvenAnswer>(
  { url, method = "GET", headers = {} }: RequestWithToken,
  { text, proofKey }: BoundToken,
  send: (headers: Readonly<Record<string, string>>) => Promise<A>,
): Promise<A> {
  const proofs = await proofsWith(proofKey);
  const answers: A[] = [];
  await oauth.protectedResourceRequest(text, method, new URL(url), undefined, undefined, {
    DPoP: proofs,
    // Whether an address is safe to send a token to has been decided before.
    [oauth.allowInsecureRequests]: true,
    async [oauth.customFetch](_url, init) {
      const { authorization = "", dpop = "" } = init.headers;
      const answer = await send({ ...headers, authorization, dpop });
      answers.push(answer);
      const nonce = nonceIn(answer.headers);
      return new Response(null, nonce === undefined ? {} : { headers: { "dpop-nonce": nonce } });
    },
  });
  return answers[0] as A;
}
