import type { AnyFailure } from "../failures/failure.ts";
import { failureText } from "../failures/failureText.ts";
import { redact } from "../lib/redact.ts";
import { exitCodes } from "./arguments.ts";

/** A failure as a person reads it on stderr, with the option where the editor would have a setting. */
export function standaloneFailureText(failure: AnyFailure): string {
  const { title, detail, nextStep } = failureText(failure);
  return redact(`${title}\n  ${detail}\n  ${optionFor(failure) ?? nextStep}\n  (${failure.code})`);
}

function optionFor(failure: AnyFailure): string | undefined {
  switch (failure.code) {
    case "client_id_needed":
      return `The identity provider does not let programs register themselves. Ask your platform team for the client ID of a native (public) application with the redirect URI ${failure.facts.redirectUri}, and add --client-id <id>.`;
    case "resource_metadata_missing":
    case "authorization_server_missing":
      return "Ask your platform team for the issuer of their identity provider and add --issuer <url>.";
    case "resource_mismatch":
      return "A token for another resource could be misused, so nothing was sent. If a custom domain explains the difference, add --resource <uri>.";
    case "redirect_ports_taken":
      return "Close the program that holds them, or choose others that the client is registered for with --redirect-port <n>.";
    case "token_refused":
    case "authorization_refused":
      if (failure.facts.error === "invalid_scope")
        return 'Ask which scopes this client may use and add --scopes "<a> <b>".';
      if (failure.facts.error === "invalid_target")
        return "Add --resource none, or --resource with what your platform team names.";
      if ("withSecret" in failure.facts && isWrongCredential(failure.facts))
        return "The secret or key may be wrong, or have expired: check with your platform team what --client-secret or --client-key gives.";
      return undefined;
    case "endpoint_missing":
      return failure.facts.name === "device_authorization_endpoint"
        ? "This identity provider has no device codes: leave --device-code out and sign in with a browser on this computer."
        : undefined;
    default:
      return undefined;
  }
}

/** Whether a client did not prove who it is; Entra has codes for a wrong and for an expired secret. */
const isWrongCredential = ({ error, providerCode }: { readonly error: string; readonly providerCode?: string }) =>
  ["invalid_client", "unauthorized_client", "access_denied"].includes(error) &&
  [undefined, "AADSTS7000215", "AADSTS7000222"].includes(providerCode);

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
    case "gateway_error":
    case "gateway_connection_lost":
    case "resource_metadata_missing":
    case "resource_mismatch":
    case "authorization_server_missing":
    case "authorization_server_unreachable":
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
    case "credential_unreadable":
    case "sign_in_needed":
    case "gateway_refused_token":
    case "insufficient_scope":
      return exitCodes.notSignedIn;
    default:
      return exitCodes.unexpected;
  }
}
