import type { Decision } from "../../agentcore/authorizer/authorizer.ts";
import type { ProofRules } from "../../agentcore/authorizer/beyondAgentCore.ts";
import { decodedToken } from "../../agentcore/authorizer/decodedToken.ts";
import { bearerHeader, bearerToken } from "../../lib/bearer.ts";
import { boundKeyOf, type ProofChecks, type ProofError, type ProvenRequest, unproven } from "./proofChecks.ts";

/** A decision about a token and its proof. */
export type ProvenDecision =
  | Decision
  /** As any token that is refused, with what the challenge names. */
  | (Extract<Decision, { kind: "invalidToken" }> & { readonly proofError: ProofError })
  /** Let in, with a nonce for the next proof. */
  | (Extract<Decision, { kind: "allowed" | "insufficientScope" }> & { readonly nonce: string });

/** How a token was presented. */
export interface Presented {
  /** With the scheme Bearer, whichever it came with: nobody behind here knows another. */
  readonly authorization: string | null;
  /** It came with the scheme DPoP. */
  readonly isProven: boolean;
}

/** Reads the scheme off a header. Without rules for proofs there is one scheme, as at AgentCore. */
export function presented(authorization: string | null, rules: ProofRules | undefined): Presented {
  const token = rules && /^DPoP +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (token !== undefined) return { authorization: bearerHeader(token), isProven: true };
  return { authorization, isProven: false };
}

/**
 * Goes on with a decision where tokens may be bound to a key (RFC 9449): what it says of the token is true by now, its
 * signature among it. A bound token without a proof is refused as any that somebody has taken (7.2).
 */
export async function provenDecision(
  decision: Decision,
  { authorization, isProven }: Presented,
  request: Pick<ProvenRequest, "proof" | "method" | "addresses">,
  { rules, checks }: { readonly rules: ProofRules; readonly checks: ProofChecks },
): Promise<ProvenDecision> {
  if (decision.kind !== "allowed" && decision.kind !== "insufficientScope") return decision;
  const token = bearerToken(authorization) ?? "";
  const claims = decodedToken(token)?.claims ?? {};
  const refuse = (finding: Decision["findings"][number], proofError: ProofError): ProvenDecision => ({
    ...{ kind: "invalidToken", caller: decision.caller, findings: [...decision.findings, finding], proofError },
  });
  if (!isProven) {
    const bound = boundKeyOf(claims);
    return rules.required || bound !== undefined ? refuse(unproven(bound), "invalid_token") : decision;
  }
  const outcome = await checks.check({ ...request, token, claims }, rules);
  if (outcome.kind === "refused") return refuse(outcome.finding, outcome.error);
  const findings = [...decision.findings, outcome.finding];
  return { ...decision, findings, ...(outcome.nonce !== undefined && { nonce: outcome.nonce }) };
}
