import type { AnyFailure } from "./failure.ts";
import { keyToConvert } from "./keyToConvert.ts";
import { afterProviderCode } from "./providerErrors.ts";

/** What a person reads about a failure. */
export interface FailureText {
  /** What happened, in one line. */
  readonly title: string;
  /** What was expected and what was found. */
  readonly detail: string;
  /** What to do next. */
  readonly nextStep: string;
}

const list = (items: readonly string[]): string => (items.length === 0 ? "none" : items.join(", "));
const answered = (status: number, contentType: string): string =>
  `HTTP ${status}${contentType ? ` with ${contentType}` : " without a content type"}`;

/** An error of OAuth with the provider's own code, where it has one. */
const withCode = ({ error, providerCode }: { readonly error: string; readonly providerCode?: string }): string =>
  providerCode === undefined ? error : `${error} (${providerCode})`;

/** What to do about an error code of RFC 6749, 4.1.2.1 and 5.2, or RFC 8707, 2. */
function afterRefusal(
  {
    error,
    providerCode,
    withSecret,
  }: { readonly error: string; readonly providerCode?: string; readonly withSecret?: true },
  otherwise: string,
): string {
  const known = afterProviderCode(providerCode);
  if (known !== undefined) return known;
  switch (error) {
    case "invalid_scope":
      return 'Ask your platform team which scopes this client may use, and set them as "scopes" in gatewayConnect.gateways.';
    case "invalid_target":
      return 'The identity provider does not know the gateway by its address: set "resource": false for this gateway in gatewayConnect.gateways and connect it again, or give the resource your platform team names.';
    // The last one is Auth0's word for a wrong secret.
    case "invalid_client":
    case "unauthorized_client":
    case "access_denied":
      return withSecret
        ? 'The secret or key may be wrong, or have expired. Ask your platform team for a new one, and enter it with "Change Client Secret…", or put it where "clientSecret" or "privateKey" in gatewayConnect.gateways says.'
        : "Check the client ID with your platform team: it must be a native (public) application with this redirect URI.";
    default:
      return otherwise;
  }
}

/**
 * Words for every failure. There is no default case on purpose: a new code does not compile until somebody has
 * written what the person should do about it.
 */
export function failureText(failure: AnyFailure): FailureText {
  switch (failure.code) {
    case "url_invalid":
      return {
        title: "This is not the address of a gateway.",
        detail: `Expected an https address such as https://gateway.example.com/mcp, an AgentCore gateway id or its ARN. Found "${failure.facts.input}".`,
        nextStep: "Copy the gateway URL from the page or message of your platform team and try again.",
      };
    case "url_insecure":
      return {
        title: "This address would send your token unencrypted.",
        detail: `Expected https (http only for this machine: localhost, 127.0.0.1, ::1). Found ${failure.facts.url}.`,
        nextStep: "Use the https address of the gateway.",
      };
    case "region_invalid":
      return {
        title: "This is not an AWS region.",
        detail: `Expected a region such as us-east-1. Found "${failure.facts.input}".`,
        nextStep: "Type the region your gateway was created in.",
      };
    case "already_connected":
      return {
        title: `You are connected to this gateway already, as "${failure.facts.name}".`,
        detail: `${failure.facts.url} is in use by that connection. Nothing was changed.`,
        nextStep: "Sign in to that connection, or remove it first.",
      };
    case "already_connecting":
      return {
        title: "This gateway is being connected already.",
        detail: `Another Connect Gateway with ${failure.facts.url} has not ended yet. Nothing was changed.`,
        nextStep: "Finish that one or cancel it, then try again.",
      };
    case "gateway_unreachable":
      return {
        title: "The gateway cannot be reached.",
        detail: `No answer from ${failure.facts.url}: ${failure.facts.reason}.`,
        nextStep: "Check the address, your network and VPN, and the editor's proxy settings, then try again.",
      };
    case "tls_failed":
      return {
        title: "A certificate is not trusted here.",
        detail: `The secure connection to ${failure.facts.url} failed: ${failure.facts.reason}.`,
        nextStep:
          "If your company has its own certificate authority, add it to the operating system's trust store and restart the editor.",
      };
    case "gateway_not_found":
      return {
        title: "There is no gateway at this address.",
        detail: `Expected an MCP server. ${failure.facts.url} answered HTTP 404.`,
        nextStep: "Check the path: most gateways end in /mcp.",
      };
    case "not_an_mcp_server":
      return {
        title: "Something answers at this address, but it is not an MCP server.",
        detail: `Expected a JSON-RPC answer. ${failure.facts.url} answered ${answered(failure.facts.status, failure.facts.contentType)}.`,
        nextStep: "Check that this is the gateway's MCP address and not a web page, for instance its console.",
      };
    case "gateway_error":
      return {
        title: "The gateway failed to answer.",
        detail: `Expected an answer to a request. ${failure.facts.url} answered HTTP ${failure.facts.status}.`,
        nextStep: "Try again in a minute. If it stays, tell your platform team this address and status.",
      };
    case "resource_metadata_missing":
      return {
        title: "The gateway asks for sign-in, but does not say where.",
        detail: `Expected protected-resource metadata (RFC 9728) for ${failure.facts.url}. Looked at ${list(failure.facts.tried)}.`,
        nextStep:
          'Ask your platform team for the issuer of their identity provider and set it as "issuer" for this gateway in the setting gatewayConnect.gateways.',
      };
    case "resource_mismatch":
      return {
        title: "The gateway's metadata describes another gateway.",
        detail: `Expected the resource ${failure.facts.expected}. ${failure.facts.metadataUrl} names ${failure.facts.found}.`,
        nextStep:
          'A token for another resource could be misused, so sign-in stopped. If a custom domain explains the difference, set "resource" for this gateway in gatewayConnect.gateways.',
      };
    case "authorization_server_missing":
      return {
        title: "The gateway's metadata names no authorization server.",
        detail: `Expected at least one entry in authorization_servers. ${failure.facts.metadataUrl} has none.`,
        nextStep:
          'Ask your platform team for the issuer of their identity provider and set it as "issuer" for this gateway in gatewayConnect.gateways.',
      };
    case "authorization_server_unreachable":
      return {
        title: "The identity provider cannot be found.",
        detail: `Expected metadata (RFC 8414 or OpenID Connect discovery) of ${failure.facts.issuer}. Looked at ${list(failure.facts.tried)}.`,
        nextStep: "Check your network and VPN, then try again. If it stays, tell your platform team this issuer.",
      };
    case "issuer_mismatch":
      return {
        title: "The identity provider's metadata belongs to another issuer.",
        detail: `Expected the issuer ${failure.facts.expected}. ${failure.facts.metadataUrl} names ${failure.facts.found}.`,
        nextStep: "Sign-in stopped, since this is how sign-ins are stolen. Tell your platform team both issuers.",
      };
    case "endpoint_insecure":
      return {
        title: "The identity provider advertises an address that is not safe to open.",
        detail: `Expected https for ${failure.facts.name} (http only for this machine). Found ${failure.facts.url}.`,
        nextStep: "Nothing was opened. Tell your platform team which address was found.",
      };
    case "endpoint_missing":
      return {
        title: "The identity provider lacks what a sign-in needs.",
        detail: `Expected ${failure.facts.name} in the metadata of ${failure.facts.issuer}. It is missing.`,
        nextStep: "Tell your platform team. The issuer may be the wrong one for this gateway.",
      };
    case "pkce_unsupported":
      return {
        title: "The identity provider does not offer PKCE with S256.",
        detail: `Expected S256 in code_challenge_methods_supported of ${failure.facts.issuer}. Found ${list(failure.facts.found)}.`,
        nextStep: "Ask your platform team to allow PKCE (S256) for native applications.",
      };
    case "client_id_needed":
      return {
        title: "This identity provider needs a client ID.",
        detail: `${failure.facts.issuer} offers no registration, so it has to know this editor beforehand. The redirect URI to register is ${failure.facts.redirectUri}.`,
        nextStep:
          "Ask your platform team for the client ID of a native (public) application with that redirect URI, and connect again.",
      };
    case "registration_refused":
      return {
        title: "The identity provider refused to register this editor.",
        detail: `${failure.facts.issuer} answered HTTP ${failure.facts.status}, ${failure.facts.error}.`,
        nextStep: "Ask your platform team for a client ID, and enter it when you connect again.",
      };
    case "redirect_ports_taken":
      return {
        title: "No port is free for the browser to come back to.",
        detail: `Expected one of the ports ${failure.facts.ports.join(", ")} to be free. All are in use.`,
        nextStep:
          "Close the program that uses them, or add a registered port to gatewayConnect.redirectPorts, then sign in again.",
      };
    case "access_denied":
      return {
        title: "Access was denied.",
        detail: `${failure.facts.issuer} answered access_denied: the request was declined, you are not assigned to this application, or a policy does not allow it.`,
        nextStep:
          "Sign in again and allow access, or ask your platform team to assign you to the application, and to look at its policies (Okta: Access Policies of the authorization server, for this client and every scope).",
      };
    case "authorization_refused":
      return {
        title: "The identity provider refused the sign-in.",
        detail: `Expected a code. ${failure.facts.issuer} answered ${withCode(failure.facts)}.`,
        nextStep: afterRefusal(failure.facts, "Try again. If it stays, tell your platform team this error."),
      };
    case "sign_in_timed_out":
      return {
        title: "The browser did not come back.",
        detail: `Expected the end of the sign-in${failure.facts.redirectUri === undefined ? "" : ` at ${failure.facts.redirectUri}`} within ${failure.facts.minutes} minutes. Nothing arrived.`,
        nextStep:
          'Sign in again. If the provider\'s page speaks of a redirect URI (or callback URL), ask your platform team to register this one, letter by letter. If the browser showed an address that could not be opened, use "Paste the Address You Were Sent To".',
      };
    case "browser_not_opened":
      return {
        title: "The browser was not opened.",
        detail: `Sign-in at ${failure.facts.issuer} happens in the browser, and opening it was declined or failed.`,
        nextStep: "Sign in again and allow the editor to open the page.",
      };
    case "state_mismatch":
      return {
        title: "This answer belongs to another sign-in.",
        detail: `Expected the state of the sign-in in progress in the address ${failure.facts.redirectUri}. Found another one or none.`,
        nextStep: "Finish the sign-in in the page that was opened last.",
      };
    case "response_issuer_mismatch":
      return {
        title: "Another identity provider answered.",
        detail: `Expected the issuer ${failure.facts.expected} (RFC 9207). Found ${failure.facts.found}.`,
        nextStep: "Sign-in stopped and no code was sent. Sign in again; if it stays, tell your platform team.",
      };
    case "response_issuer_missing":
      return {
        title: "The answer does not say which identity provider gave it.",
        detail: `${failure.facts.expected} says that it adds iss to its answers (RFC 9207). Found none.`,
        nextStep: "Sign-in stopped and no code was sent. Sign in again; if it stays, tell your platform team.",
      };
    case "pasted_address_invalid":
      return {
        title: "This is not the address the browser was sent to.",
        detail: `Expected an address that starts with ${failure.facts.redirectUri}.`,
        nextStep: "Copy the whole address from the browser's address bar after signing in.",
      };
    case "token_refused":
      return {
        title:
          failure.facts.error === "invalid_grant"
            ? "The sign-in is no longer valid."
            : "The identity provider refused to issue a token.",
        detail: `Expected a token. ${failure.facts.issuer} answered HTTP ${failure.facts.status}, ${withCode(failure.facts)}.`,
        nextStep: afterRefusal(failure.facts, "Sign in again. If it stays, tell your platform team this error."),
      };
    case "token_response_invalid":
      return {
        title: "The identity provider's answer is not a token.",
        detail: `Expected JSON from the token endpoint of ${failure.facts.issuer}. Found ${answered(failure.facts.status, failure.facts.contentType)}.`,
        nextStep:
          "Often a proxy or a maintenance page answers instead. Try again in a minute; your sign-in was not changed.",
      };
    case "token_endpoint_unreachable":
      return {
        title: "The identity provider does not answer.",
        detail: `No answer from ${failure.facts.issuer}: ${failure.facts.reason}.`,
        nextStep: "Check your network and VPN, then try again. You stay signed in.",
      };
    case "token_audience_mismatch":
      return {
        title: "The identity provider issued a token for something else.",
        detail: `Expected the audience ${failure.facts.expected}. Found ${list(failure.facts.found)}.`,
        nextStep:
          'The token was not kept. Run "Gateway Connect: Explain Access" to see which audience this identity provider gives, ask your platform team which one the gateway accepts, and set it as "audience" in gatewayConnect.gateways.',
      };
    case "id_token_missing":
      return {
        title: `${failure.facts.gateway} takes an ID token, and there is none.`,
        detail: `Expected an ID token from ${failure.facts.issuer}. It gave none with the sign-in.`,
        nextStep:
          'Add the scope "openid" to "scopes" for this gateway in gatewayConnect.gateways and sign in again, or set "token" to "access" there.',
      };
    case "credential_unreadable":
      return {
        title: "The client's secret or key cannot be read.",
        detail: `Looked at ${failure.facts.source}: ${failure.facts.reason}.`,
        nextStep:
          failure.facts.reason === keyToConvert
            ? 'Convert it with "openssl pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem", and use what is in pkcs8.pem.'
            : 'Correct "clientSecret" or "privateKey" for this gateway in gatewayConnect.gateways, or enter it with "Change Client Secret…".',
      };
    case "stored_secret_unreadable":
      return {
        title: "A stored sign-in cannot be read.",
        detail: `The entry ${failure.facts.key} in the editor's secret storage is not one of ours or is damaged. It was left as it is.`,
        nextStep: "Sign in again; that replaces it.",
      };
    case "stored_by_newer_version":
      return {
        title: "This sign-in was stored by a newer version.",
        detail: `The entry ${failure.facts.key} was written by a newer version of Gateway Connect. This version left it as it is.`,
        nextStep:
          "Reload the window to use the newer version, or sign out here, which deletes the entry, and sign in again.",
      };
    case "sign_in_needed":
      return {
        title: `Sign in to ${failure.facts.gateway} first.`,
        detail: "The gateway needs the token of a real person, and there is none that it would accept.",
        nextStep: 'Run "Gateway Connect: Sign In" and try again.',
      };
    case "gateway_refused_token":
      return {
        title: `${failure.facts.gateway} refused a token that was just issued.`,
        detail: `Expected the new token to pass. The gateway answered HTTP ${failure.facts.status}, ${failure.facts.error || "without a reason"}.`,
        nextStep:
          'Signing in again will not help: the gateway\'s rules and the identity provider disagree. Run "Gateway Connect: Explain Access" to see which rule refuses it and what to change, and send that to your platform team.',
      };
    case "insufficient_scope":
      return {
        title: `Your sign-in to ${failure.facts.gateway} does not reach that far.`,
        detail: `Needed scopes: ${list(failure.facts.needed)}. Granted: ${list(failure.facts.granted)}.`,
        nextStep:
          'Ask your platform team for that permission, then sign in again. Run "Gateway Connect: Explain Access" to see which scope is missing and where it is granted.',
      };
    case "gateway_connection_lost":
      return {
        title: `The connection to ${failure.facts.gateway} was lost.`,
        detail: `While waiting for the answer: ${failure.facts.reason}. The call may have taken effect.`,
        nextStep: "Check what the call was to change before you try it again.",
      };
    case "tool_arguments_invalid":
      return {
        title: `These arguments do not fit ${failure.facts.tool}.`,
        detail: failure.facts.faults.join("; "),
        nextStep: "Correct them and run the tool again.",
      };
    case "host_file_invalid":
      return {
        title: "This file cannot be changed without harm.",
        detail: `${failure.facts.path}, line ${failure.facts.line}, column ${failure.facts.column}: ${failure.facts.problem}. It was left as it is.`,
        nextStep: "Correct the file there and try again.",
      };
    case "host_file_busy":
      return {
        title: "Another program keeps changing this file.",
        detail: `${failure.facts.path} was different each time it was to be written. It was left as it is.`,
        nextStep: "Close the program that writes it, or wait a moment, and try again.",
      };
    case "host_file_protected":
      return {
        title: "This file cannot be written.",
        detail: `${failure.facts.path}: ${failure.facts.reason}. It was left as it is.`,
        nextStep: "Make it writable, or ask whoever manages it to add the entry, and try again.",
      };
    case "host_entry_impossible":
      return {
        title: "An entry for this path would be misread.",
        detail: `Expected a path without variables. Found ${failure.facts.path}, part of which hosts would replace.`,
        nextStep: "Install the editor, or its user data, in a folder with another name.",
      };
    case "runtime_not_found":
      return {
        title: "No program was found that can run the bridge.",
        detail: `Expected the editor's own program, or Node 18 or newer. Tried ${list(failure.facts.tried)}.`,
        nextStep: "Install Node from your company's software catalogue or nodejs.org, and try again.",
      };
    case "relay_not_started":
      return {
        title: "The relay between the editor and your gateways did not start.",
        detail: `Expected to listen at ${failure.facts.path}: ${failure.facts.reason}.`,
        nextStep: 'Reload the window. If it stays, run "Gateway Connect: Copy Diagnostics" and report it.',
      };
    case "sandbox_not_started":
      return {
        title: "The sandbox gateway did not start.",
        detail: failure.facts.reason,
        nextStep: 'See "Gateway Connect: Show Log" and try again.',
      };
    case "local_gateway_not_started":
      return {
        title: "The local gateway did not start.",
        detail: `${failure.facts.file}: ${failure.facts.reason}.`,
        nextStep: "Mend what is named in its file, and start it again.",
      };
    case "file_damaged":
      return {
        title: "A file of Gateway Connect is damaged.",
        detail: `Expected JSON in ${failure.facts.path}. It cannot be read: ${failure.facts.reason}. It was left as it is.`,
        nextStep: "Correct the file, or move it away to start afresh, and reload the window.",
      };
    case "setting_invalid":
      return {
        title: `The setting ${failure.facts.setting} has a value that cannot be used.`,
        detail: `Found ${failure.facts.found}.`,
        nextStep: "Correct it in the settings. Nothing else was changed.",
      };
    case "unexpected":
      return {
        title: "Something went wrong that was not foreseen.",
        detail: failure.facts.reason,
        nextStep: 'Run "Gateway Connect: Copy Diagnostics" and report it.',
      };
  }
}
