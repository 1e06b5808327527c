import type { CustomJwtAuthorizer } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import type { ProofRules } from "../../agentcore/authorizer/beyondAgentCore.ts";
import type { Finding } from "../../agentcore/authorizer/finding.ts";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { emptyReply, type HttpReply, jsonReply } from "../../lib/servedHttp.ts";
import type { GatewayFaults } from "../gatewayFaults.ts";
import type { Limited } from "../limits/limits.ts";
import type { RateLimited } from "../limits/rateLimits.ts";
import type { ProofChecks, ProofError } from "../proofs/proofChecks.ts";
import type { ProvenDecision } from "../proofs/provenDecision.ts";
import type { Messages } from "./messages.ts";
import { advertisedScopes } from "./metadata.ts";

/** What the endpoint decides about a request: the authorizer's decision, or one that needs no token. */
export type EndpointDecision = ProvenDecision | { readonly kind: "open" | "refused"; readonly findings: readonly [] };

/** What a challenge tells the client: the error, the scopes to request, and where the metadata is. */
export interface Challenge {
  readonly error: "invalid_token" | "insufficient_scope" | ProofError;
  readonly scopes: readonly string[];
  readonly resourceMetadata: string;
}

/**
 * `WWW-Authenticate` (RFC 6750, 3; RFC 9728, 5.1), with its parameters in AgentCore's order. Where bound tokens are taken, a
 * challenge of the scheme DPoP (RFC 9449, 7.1) follows, or stands alone.
 */
export function challenge({ error, scopes, resourceMetadata }: Challenge, proofs?: ProofRules): string {
  const parameters = [
    `error="${error}"`,
    ...(scopes.length > 0 ? [`scope="${scopes.join(" ")}"`] : []),
    `resource_metadata="${resourceMetadata}"`,
  ];
  const bearer = `Bearer ${parameters.join(", ")}`;
  if (!proofs) return bearer;
  const algorithms = `DPoP algs="${asymmetricAlgorithms.join(" ")}"`;
  const isAboutProof = error === "invalid_dpop_proof" || error === "use_dpop_nonce";
  return proofs.required || isAboutProof ? `${algorithms}, ${parameters.join(", ")}` : `${bearer}, ${algorithms}`;
}

export const INTERNAL_ERROR = { code: -32603, message: "An internal error occurred. Please retry later." } as const;

/** A code from the range that JSON-RPC 2.0, 5.1 reserves for servers. */
export const SERVER_ERROR = -32000;

/** A JSON-RPC error with an HTTP status, as AgentCore refuses requests. */
export function rpcError(
  status: number,
  error: { readonly code: number; readonly message: string; readonly data?: unknown },
  { id }: Messages,
  headers: HttpReply["headers"] = {},
): HttpReply {
  return jsonReply(status, { jsonrpc: "2.0", id, error }, headers);
}

/** What a challenge says about this gateway. */
export interface ChallengeFacts {
  readonly rules: CustomJwtAuthorizer;
  readonly metadataUrl: string;
  /** Leaves `WWW-Authenticate` out, as a fault. */
  readonly noChallenge: boolean;
  /** Says why a token is undecided. */
  readonly isDebug: boolean;
  /** How bound tokens are taken, and the nonce for the next proof; absent where they are not. */
  readonly proofs?: { readonly rules: ProofRules; readonly checks: Pick<ProofChecks, "nonce"> } | undefined;
}

/** The answer that refuses a request, or undefined where the decision lets it in. */
export function refusalOf(
  decision: EndpointDecision,
  messages: Messages,
  { rules, metadataUrl, noChallenge, isDebug, proofs }: ChallengeFacts,
): HttpReply | undefined {
  const proofError = "proofError" in decision ? decision.proofError : undefined;
  const challenged = (status: 401 | 403, scopes: readonly string[], message: string): HttpReply => {
    const error: Challenge["error"] = proofError ?? (status === 401 ? "invalid_token" : "insufficient_scope");
    const facts = { error, scopes: advertisedScopes(scopes, rules), resourceMetadata: metadataUrl };
    const headers = noChallenge ? {} : { "www-authenticate": challenge(facts, proofs?.rules) };
    const nonce = error === "use_dpop_nonce" && proofs && { "dpop-nonce": proofs.checks.nonce() };
    return rpcError(status, { code: -32001, message }, messages, { ...headers, ...nonce });
  };
  switch (decision.kind) {
    case "open":
    case "refused":
    case "allowed":
      return undefined;
    case "noToken":
    case "invalidToken":
      return challenged(401, rules.allowedScopes ?? [], proofError ? refusedProof[proofError] : "Invalid Bearer token");
    case "insufficientScope":
      return challenged(403, wantedScopes(decision.findings), "Insufficient scope");
    case "undecided":
      // Not a 401, which would send people to sign in for a new token that would fare no better.
      return rpcError(
        500,
        { ...INTERNAL_ERROR, ...(isDebug && { message: undecidedText(decision.reason) }) },
        messages,
      );
  }
}

/**
 * The scopes of a token that would pass: those that are missing, and those of this one that let it in so far. Clients ask for what
 * a challenge names and nothing else, as the Python SDK does (1.29.0), and would lose the others (2025-11-25, basic/authorization,
 * scope challenge handling).
 */
function wantedScopes(findings: readonly Finding[]): readonly string[] {
  const ofScopes = findings.filter(({ rule }) => rule === "scope");
  const wanted = ofScopes.flatMap(({ ok, expected, found }) => {
    const named = expected as readonly string[];
    return ok ? named.filter((one) => (found as readonly string[]).includes(one)) : named;
  });
  return [...new Set(wanted)];
}

const refusedProof: Readonly<Record<ProofError, string>> = {
  invalid_dpop_proof: "Invalid DPoP proof",
  use_dpop_nonce: "The DPoP proof needs a nonce of this gateway",
  invalid_token: "Expected a token that is bound to a key, with a DPoP proof",
};

const undecidedText = (reason: string): string =>
  `The token can be neither allowed nor refused: ${foreignText(reason)}`;

/** The answer to a new request while the gateway only finishes the calls it has. */
export function stoppingAnswer(messages: Messages): HttpReply {
  const error = { code: SERVER_ERROR, message: "The gateway is stopping. Please retry later." };
  return rpcError(503, error, messages, { "retry-after": "1", connection: "close" });
}

/** The answer to a caller who has reached a limit. */
export function limitedAnswer({ waitMs }: Limited, messages: Messages): HttpReply {
  const error = { code: SERVER_ERROR, message: "Too many requests. Please retry later." };
  return rpcError(429, error, messages, { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) });
}

/** AgentCore's code for somebody whom a rate limit turned away. */
const RATE_LIMITED = -32003;

/**
 * The answer to somebody whom one of AWS's rate limits turned away (developer guide, "Rate limit enforcement"): when to come
 * again stands in the body alone.
 *
 * @param isMcp whether the request came to the MCP endpoint; a target with a path of its own gets the answer of HTTP targets
 */
export function rateLimitedAnswer(
  { limitKey, metric, retryAfter }: RateLimited,
  messages: Messages,
  isMcp: boolean,
): HttpReply {
  const message = "Rate limit exceeded";
  const facts = { limitKey, metric, retryAfter };
  if (!isMcp) return jsonReply(429, { error: message, success: false, ...facts });
  return rpcError(429, { code: RATE_LIMITED, message, data: facts }, messages);
}

/** The answer that a fault puts in place of every other. */
export function faultyAnswer({ status, html }: GatewayFaults): HttpReply | undefined {
  if (html) {
    const page = "<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>";
    return { status: status ?? 200, headers: { "content-type": "text/html; charset=utf-8" }, body: [page] };
  }
  return status === undefined ? undefined : emptyReply(status);
}
