import type { AnyFailure, FailureCode } from "../failures/failure.ts";

/**
 * Refusals and what leads to them, whose reason is at the gateway or the identity provider: Explain Access shows it. What
 * it could add nothing to, such as a typing error or a file of the editor's, is not among them.
 */
const explainable: ReadonlySet<FailureCode> = new Set([
  "gateway_unreachable",
  "region_not_offered",
  "tls_failed",
  "gateway_not_found",
  "not_an_mcp_server",
  "transport_outdated",
  "protocol_version_unknown",
  "gateway_error",
  "gateway_forbidden",
  "rate_limited",
  "aws_signature_needed",
  "aws_permission_missing",
  "aws_clock_skewed",
  "aws_signature_mismatch",
  "answer_too_large",
  "resource_metadata_missing",
  "resource_mismatch",
  "authorization_server_missing",
  "authorization_server_unreachable",
  "authorization_server_down",
  "issuer_changed",
  "issuer_mismatch",
  "endpoint_insecure",
  "named_place_refused",
  "private_issuer_unconfirmed",
  "endpoint_missing",
  "pkce_unsupported",
  "client_id_needed",
  "registration_refused",
  "redirect_ports_taken",
  // Most providers keep people on a page of their own when the redirect URI is not registered.
  "sign_in_timed_out",
  "redirect_path_mismatch",
  "access_denied",
  "enterprise_provider_missing",
  "enterprise_policy_refused",
  "identity_assertion_refused",
  "identity_assertion_invalid",
  "given_id_token_unusable",
  "authorization_refused",
  "response_issuer_mismatch",
  "response_issuer_missing",
  "token_refused",
  "token_endpoint_unreachable",
  "token_response_invalid",
  "token_audience_mismatch",
  "id_token_missing",
  "id_token_invalid",
  "token_key_mismatch",
  "proof_refused",
  "bound_token_needed",
  "gateway_refused_token",
  "insufficient_scope",
]);

/** Whether Explain Access says more about a failure. */
export const isExplainable = ({ code }: AnyFailure): boolean => explainable.has(code);

/** The gateway that a failure is about, as far as it says so: the address it was reached at. */
export function gatewayOf(failure: AnyFailure): string | undefined {
  switch (failure.code) {
    case "gateway_unreachable":
    case "region_not_offered":
    case "gateway_not_found":
    case "not_an_mcp_server":
    case "transport_outdated":
    case "protocol_version_unknown":
    case "gateway_error":
    case "gateway_forbidden":
    case "rate_limited":
    case "aws_signature_needed":
    case "aws_permission_missing":
    case "resource_metadata_missing":
      return failure.facts.url;
    case "resource_mismatch":
      return failure.facts.expected;
    // `tls_failed` may be about the identity provider, and the others name an issuer or a name only.
    default:
      return undefined;
  }
}
