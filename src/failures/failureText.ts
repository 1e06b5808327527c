import { addressText } from "./addressText.ts";
import { agentCoreText } from "./agentCoreText.ts";
import { awsListText } from "./awsListText.ts";
import { awsText } from "./awsText.ts";
import { clientMetadataText } from "./clientMetadataText.ts";
import { discoveryText } from "./discoveryText.ts";
import { enterpriseText } from "./enterpriseText.ts";
import type { AnyFailure } from "./failure.ts";
import { hostFileText } from "./hostFileText.ts";
import { policyText } from "./policyText.ts";
import { programText } from "./programText.ts";
import { proofText } from "./proofText.ts";
import { ruleText } from "./ruleText.ts";
import { shownFailure } from "./shownFailure.ts";
import { signInText } from "./signInText.ts";
import { tokenText } from "./tokenText.ts";
import { toolRuleText } from "./toolRuleText.ts";
import { english, type Translate } from "./translate.ts";
import { useText } from "./useText.ts";
import type { FailureText } from "./wording.ts";
import { workloadText } from "./workloadText.ts";

/**
 * Words for every failure, each subject in a file of its own. There is no default case on purpose, neither here nor
 * there: a new code does not compile until somebody has written what the person should do about it.
 *
 * @param say says a sentence in the person's language; English where there are no translations
 */
export function failureText(given: AnyFailure, say: Translate = english): FailureText {
  const failure = shownFailure(given);
  switch (failure.code) {
    case "url_invalid":
    case "url_insecure":
    case "region_invalid":
    case "link_refused":
    case "already_connected":
    case "already_connecting":
    case "gateway_unreachable":
    case "tls_failed":
    case "gateway_not_found":
    case "not_an_mcp_server":
    case "transport_outdated":
    case "protocol_version_unknown":
    case "gateway_error":
    case "gateway_forbidden":
    case "answer_too_large":
      return addressText(failure, say);
    case "address_not_mcp":
    case "region_not_offered":
      return agentCoreText(failure, say);
    case "resource_metadata_missing":
    case "resource_mismatch":
    case "authorization_server_missing":
    case "authorization_server_down":
    case "authorization_server_unreachable":
    case "issuer_changed":
    case "issuer_mismatch":
    case "endpoint_insecure":
    case "named_place_refused":
    case "private_issuer_unconfirmed":
    case "endpoint_missing":
    case "pkce_unsupported":
    case "client_id_needed":
    case "registration_refused":
      return discoveryText(failure, say);
    case "redirect_ports_taken":
    case "access_denied":
    case "authorization_refused":
    case "sign_in_timed_out":
    case "redirect_path_mismatch":
    case "browser_not_opened":
    case "state_mismatch":
    case "response_issuer_mismatch":
    case "response_issuer_missing":
    case "pasted_address_invalid":
      return signInText(failure, say);
    case "token_refused":
    case "token_response_invalid":
    case "token_endpoint_unreachable":
    case "token_audience_mismatch":
    case "id_token_missing":
    case "id_token_invalid":
    case "credential_unreadable":
    case "stored_secret_unreadable":
    case "stored_by_newer_version":
    case "secret_not_deleted":
    case "keychain_unavailable":
    case "secret_storage_failed":
      return tokenText(failure, say);
    case "enterprise_provider_missing":
    case "enterprise_policy_refused":
    case "identity_assertion_refused":
    case "identity_assertion_invalid":
    case "given_id_token_unusable":
      return enterpriseText(failure, say);
    case "sign_in_needed":
    case "sign_in_waiting":
    case "gateway_refused_token":
    case "insufficient_scope":
    case "gateway_connection_lost":
    case "answered_with_error":
    case "tool_hidden":
      return useText(failure, say);
    case "tool_ruled_out":
    case "tool_rules_invalid":
    case "call_timed_out":
      return toolRuleText(failure, say);
    case "rate_limited":
    case "aws_signature_needed":
    case "aws_permission_missing":
    case "policy_denied":
    case "policy_session_refused":
    case "consent_needed":
    case "consent_waiting":
    case "consent_declined":
    case "consent_not_kept":
      return ruleText(failure, say);
    case "client_metadata_address_refused":
    case "client_metadata_wrong":
      return clientMetadataText(failure, say);
    case "proof_key_unusable":
    case "token_key_mismatch":
    case "proof_refused":
    case "bound_token_needed":
      return proofText(failure, say);
    case "aws_login_needed":
    case "aws_profile_missing":
    case "aws_credentials_missing":
    case "aws_credentials_unreadable":
    case "aws_credentials_expired":
    case "aws_credentials_refused":
    case "aws_clock_skewed":
    case "aws_signature_mismatch":
    case "aws_region_needed":
    case "aws_token_needed":
      return awsText(failure, say);
    case "workload_platform_missing":
    case "workload_permission_missing":
    case "workload_platform_refused":
    case "workload_token_unreadable":
    case "workload_token_invalid":
    case "workload_token_expired":
    case "workload_audience_mismatch":
    case "workload_refused":
      return workloadText(failure, say);
    case "aws_throttled":
    case "aws_listing_denied":
    case "aws_api_refused":
    case "aws_answer_invalid":
    case "aws_endpoint_unreachable":
    case "aws_endpoint_invalid":
    case "aws_nothing_listed":
    case "gateway_not_ready":
    case "choice_not_mcp":
      return awsListText(failure, say);
    case "managed_gateway_refused":
    case "managed_issuer_refused":
    case "managed_sign_in_refused":
    case "managed_account_refused":
    case "managed_credential_refused":
    case "managed_entry_refused":
    case "managed_name_fixed":
    case "managed_direct_refused":
    case "managed_sharing_refused":
    case "managed_policy_broken":
    case "managed_policy_ignored":
      return policyText(failure, say);
    case "host_file_invalid":
    case "host_file_unusable":
    case "host_file_busy":
    case "host_file_protected":
    case "host_entry_impossible":
    case "runtime_not_found":
      return hostFileText(failure, say);
    case "part_not_loaded":
    case "relay_not_started":
    case "sandbox_not_started":
    case "local_gateway_not_started":
    case "file_damaged":
    case "file_not_written":
    case "editor_settings_unusable":
    case "setting_not_written":
    case "setting_invalid":
    case "headers_invalid":
    case "header_unreadable":
    case "unexpected":
      return programText(failure, say);
  }
}
