import { decodeProtectedHeader } from "jose";
import type { TokenEndpointResponse } from "oauth4webapi";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";
import { readClaims } from "./account.ts";

/** Why an ID token is not believed. */
export type IdTokenProblem =
  /** It is signed with what both sides know, or not at all. */
  | "algorithm"
  /** It was issued for another request than the one that was sent (OpenID Connect Core, 3.1.3.7, 11). */
  | "nonce"
  /** It does not say for which request it was issued, though it was asked to. It is good for a name still. */
  | "nonce_missing"
  /** Its issuer, audience or times are not right, or it is no JWT. */
  | "claims";

/** The tokens of an answer. An ID token that is of no use is not among them. */
export interface GrantedTokens extends TokenEndpointResponse {
  readonly idTokenProblem?: IdTokenProblem;
}

/** Reads an answer; with a nonce its ID token has to have it. */
type Read = (answer: Response, nonce: string | undefined) => Promise<TokenEndpointResponse>;

/**
 * Reads an answer with its ID token, or without one that is not believed: where a gateway gets the access token, the ID token
 * is good for a name only, and nobody is kept from signing in by a name.
 *
 * @param answer as `tokenAnswer` has it
 * @throws what `read` throws for the answer without its ID token
 */
export async function readTokens(answer: Response, read: Read, nonce: string | undefined): Promise<GrantedTokens> {
  const { id_token: idToken, ...others } = await membersOf(answer);
  if (typeof idToken !== "string") return await read(answer, undefined);
  try {
    return await read(answer.clone(), nonce);
  } catch {
    const problem = problemOf(idToken, nonce);
    const good = problem === "nonce_missing" && (await read(answer.clone(), undefined).catch(() => undefined));
    if (good) return { ...good, idTokenProblem: problem };
    const tokens = await read(Response.json(others), undefined);
    return { ...tokens, idTokenProblem: problem === "nonce_missing" ? "claims" : problem };
  }
}

/** The members of an answer that grants something; none where it is no such answer. */
export async function membersOf(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    return answer.ok ? ((await answer.clone().json()) as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function problemOf(idToken: string, nonce: string | undefined): IdTokenProblem {
  const claims = readClaims(idToken);
  if (!claims) return "claims";
  if (typeof claims.nonce === "string" && nonce !== undefined && claims.nonce !== nonce) return "nonce";
  if (!asymmetricAlgorithms.includes(algorithmOf(idToken))) return "algorithm";
  return nonce !== undefined && claims.nonce === undefined ? "nonce_missing" : "claims";
}

function algorithmOf(idToken: string): string {
  try {
    return decodeProtectedHeader(idToken).alg ?? "";
  } catch {
    return "";
  }
}
