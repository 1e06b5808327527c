import type { AnyFailure } from "../failures/failure.ts";
import { exitCodes } from "./arguments.ts";

/** Which exit code tells a script what kind of failure this was. */
export function exitCodeOf({ code }: AnyFailure): number {
  switch (code) {
    case "url_invalid":
    case "url_insecure":
    case "region_invalid":
    case "client_id_needed":
    case "setting_invalid":
      return exitCodes.argumentsWrong;
    case "gateway_unreachable":
    case "tls_failed":
    case "gateway_not_found":
    case "not_an_mcp_server":
    case "transport_outdated":
    case "protocol_version_unknown":
    case "gateway_error":
    case "gateway_forbidden":
    case "answer_too_large":
    case "gateway_connection_lost":
    case "resource_metadata_missing":
    case "resource_mismatch":
    case "authorization_server_missing":
    case "authorization_server_unreachable":
    case "issuer_changed":
    case "issuer_mismatch":
    case "endpoint_insecure":
    case "endpoint_missing":
    case "pkce_unsupported":
      return exitCodes.gatewayNotUsable;
    case "registration_refused":
    case "redirect_ports_taken":
    case "access_denied":
    case "authorization_refused":
    case "sign_in_timed_out":
    case "browser_not_opened":
    case "state_mismatch":
    case "response_issuer_mismatch":
    case "response_issuer_missing":
    case "token_refused":
    case "token_response_invalid":
    case "token_endpoint_unreachable":
    case "token_audience_mismatch":
    case "id_token_missing":
    case "id_token_invalid":
    case "credential_unreadable":
    case "sign_in_needed":
    case "sign_in_waiting":
    case "gateway_refused_token":
    case "insufficient_scope":
      return exitCodes.notSignedIn;
    default:
      return exitCodes.unexpected;
  }
}
