import { DEFAULT_PROOF_SECONDS, type ProofRules } from "../../agentcore/authorizer/beyondAgentCore.ts";
import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import { type DecodedToken, decodedToken } from "../../agentcore/authorizer/decodedToken.ts";
import type { Finding } from "../../agentcore/authorizer/finding.ts";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { nodeSignatureCheck, nodeTokenHash } from "../nodeTokenCrypto.ts";
import { proofKeyOf } from "./proofKeys.ts";
import { createProofNonces } from "./proofNonces.ts";
import { createSeenProofs } from "./seenProofs.ts";

/** Far longer than any real proof, in characters: an RSA key and its signature take some two thousand. */
const LONGEST_PROOF = 8 * 1024;
/** Nobody's identifier is this long; it is hashed before it is remembered. */
const LONGEST_JTI = 1024;
/** How far ahead the caller's clock may be, in seconds. A proof for later could be made in advance. */
const MOST_AHEAD_SECONDS = 60;

/** A request that presents a token with a proof. */
export interface ProvenRequest {
  /** The header `DPoP`; null where there is none. */
  readonly proof: string | null;
  readonly method: string;
  /** The addresses that are this request's, without query. */
  readonly addresses: readonly string[];
  readonly token: string;
  /** Of the token, whose signature was verified. */
  readonly claims: Claims;
}

/** The error that a challenge names (RFC 9449, 7.1 and 9). */
export type ProofError = "invalid_dpop_proof" | "use_dpop_nonce" | "invalid_token";

export type ProofOutcome =
  /** `nonce` is for the next proof, where the one that was used is no longer the newest. */
  | { readonly kind: "good"; readonly finding: Finding; readonly nonce?: string }
  | { readonly kind: "refused"; readonly finding: Finding; readonly error: ProofError };

/** Checks proofs of possession (RFC 9449, 4.3), which AgentCore does not have. */
export interface ProofChecks {
  check(request: ProvenRequest, rules: ProofRules): Promise<ProofOutcome>;
  /** The nonce for the next proof. */
  nonce(): string;
}

/** @param now milliseconds since the epoch */
export function createProofChecks(now: () => number): ProofChecks {
  const seen = createSeenProofs();
  const nonces = createProofNonces(now);
  return {
    nonce: () => nonces.newest(),
    async check(request, rules) {
      const { lifetimeSeconds = DEFAULT_PROOF_SECONDS } = rules;
      const proof = decodedProof(request.proof);
      if (!proof) return refused("DPoP", "one signed proof of the type dpop+jwt", undefined);
      const { header, claims } = proof;
      const algorithm = String(header.alg);
      if (!asymmetricAlgorithms.includes(algorithm)) return refused("alg", asymmetricAlgorithms, header.alg);
      const key = await proofKeyOf(header.jwk, algorithm);
      if (!key) return refused("jwk", "a public key of that algorithm", undefined);
      if (!nodeSignatureCheck(proof, key.key)) return refused("jwk", "a signature by that key", undefined);
      const at = now() / 1000;
      const ath = nodeTokenHash(request.token);
      const wrong =
        mismatch("htm", request.method, claims.htm) ??
        (isOneOf(claims.htu, request.addresses) ? undefined : refused("htu", request.addresses[0], claims.htu)) ??
        mismatch("ath", ath, claims.ath) ??
        ageFault(claims.iat, { at, lifetimeSeconds });
      if (wrong) return wrong;
      const { jti, iat } = claims;
      if (typeof jti !== "string" || jti === "" || jti.length > LONGEST_JTI)
        return refused("jti", "an identifier of its own", undefined);
      const bound = boundKeyOf(request.claims);
      if (bound !== key.thumbprint) return refused("cnf.jkt", key.thumbprint, bound, "invalid_token");
      if (rules.nonces && !nonces.accepts(claims.nonce)) {
        return refused("nonce", "a nonce of this gateway", undefined, "use_dpop_nonce");
      }
      // Last, since a proof that is refused for something else was not used.
      const id = nodeTokenHash(`${key.thumbprint} ${jti}`);
      if (!seen.use(id, iat as number, at - lifetimeSeconds))
        return refused("jti", "a proof that was not used before", jti);
      const isNewest = !rules.nonces || claims.nonce === nonces.newest();
      return { kind: "good", finding: passed(bound), ...(!isNewest && { nonce: nonces.newest() }) };
    },
  };
}

/** The key that a token is bound to (RFC 9449, 6.1); undefined for a token of any bearer. */
export function boundKeyOf({ cnf }: Claims): string | undefined {
  const jkt = isJsonObject(cnf) ? cnf.jkt : undefined;
  return typeof jkt === "string" && jkt !== "" ? jkt : undefined;
}

/** The finding about a token for any bearer where only bound ones are taken, or of a bound one without a proof. */
export const unproven = (found: string | undefined): Finding => ({
  rule: "proof",
  claim: "cnf.jkt",
  expected: "a token that is bound to a key, with a proof",
  found,
  ok: false,
  beyondAgentCore: true,
});

const passed = (found: string): Finding => ({
  ...{ rule: "proof", claim: "cnf.jkt", expected: found, found, ok: true, beyondAgentCore: true },
});

function decodedProof(text: string | null): DecodedToken | undefined {
  if (text === null || text.length > LONGEST_PROOF) return undefined;
  const proof = decodedToken(text);
  return proof?.header.typ === "dpop+jwt" ? proof : undefined;
}

function refused(
  claim: string,
  expected: unknown,
  found: unknown,
  error: ProofError = "invalid_dpop_proof",
): Extract<ProofOutcome, { kind: "refused" }> {
  const finding: Finding = { rule: "proof", claim, expected, found: shown(found), ok: false, beyondAgentCore: true };
  return { kind: "refused", finding, error };
}

/** A caller chooses what stands in a proof. */
const shown = (found: unknown): unknown =>
  typeof found === "string" ? found.slice(0, 256) : typeof found === "number" ? found : undefined;

const mismatch = (claim: string, expected: string, found: unknown) =>
  found === expected ? undefined : refused(claim, expected, found);

/** Addresses are compared as URLs (RFC 9449, 4.3, 9): a proof's has neither query nor fragment (4.2), and names nobody. */
function isOneOf(found: unknown, addresses: readonly string[]): boolean {
  if (typeof found !== "string" || /[?#]/.test(found) || !URL.canParse(found)) return false;
  const { href, username, password } = new URL(found);
  return username === "" && password === "" && addresses.some((one) => new URL(one).href === href);
}

function ageFault(
  iat: unknown,
  { at, lifetimeSeconds }: { readonly at: number; readonly lifetimeSeconds: number },
): ProofOutcome | undefined {
  const [from, to] = [at - lifetimeSeconds, at + MOST_AHEAD_SECONDS];
  if (typeof iat === "number" && iat >= from && iat <= to) return undefined;
  return refused("iat", `${Math.ceil(from)} to ${Math.floor(to)}`, iat);
}
