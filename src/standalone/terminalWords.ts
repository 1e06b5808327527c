import type { AnyFailure } from "../failures/failure.ts";
import { failureText } from "../failures/failureText.ts";
import { shownFailure } from "../failures/shownFailure.ts";
import type { FailureText, FailureWords } from "../failures/wording.ts";
import { afterPolicy, afterRedemption, afterRefusal, afterWorkloadRefusal } from "./afterRefusals.ts";
import { failureLines } from "./failureLines.ts";

/** The words for a failure where there is no editor: options in place of its settings, and no commands of its. */
export const terminalWords: FailureWords = (failure) => ({
  ...failureText(failure),
  ...withoutEditor(shownFailure(failure)),
});

/** A failure as a person reads it on standard error. */
export const standaloneFailureText = (failure: AnyFailure): string => failureLines(failure, terminalWords(failure));

/** The sentences that differ in a terminal, because the editor's name it, its settings or its commands. */
function withoutEditor(failure: AnyFailure): Partial<FailureText> {
  switch (failure.code) {
    case "gateway_unreachable":
      return {
        nextStep:
          "Check the address, your network and VPN, and what HTTPS_PROXY and NO_PROXY say in the environment it is started with, then try again.",
      };
    case "token_endpoint_unreachable":
      return {
        nextStep:
          "Check your network and VPN, and what HTTPS_PROXY and NO_PROXY say in the environment it is started with, then try again. You stay signed in.",
      };
    case "managed_policy_broken":
      return {
        nextStep:
          "Ask whoever manages this computer to correct the file: policy check lists all that is wrong with it. Signing out works.",
      };
    case "aws_signature_needed":
      return { nextStep: "Add --aws-profile <name>, or --aws for the credentials of the environment." };
    case "aws_profile_missing":
      return {
        nextStep: `Correct --aws-profile, or make the profile with aws configure sso --profile ${failure.facts.profile}.`,
      };
    case "aws_credentials_missing":
      return { nextStep: "Name a profile with --aws-profile <name>, or make one with aws configure sso." };
    case "aws_region_needed":
      return {
        detail: `Expected an address that says for which region requests are signed. ${failure.facts.url} does not, and --aws-region is not given.`,
        nextStep: "Add --aws-region with the region that the gateway is in, such as eu-central-1.",
      };
    case "aws_signature_mismatch":
      return {
        nextStep:
          "Look whether the gateway is in this region, and whether the secret key belongs to the key. Behind a domain of your own add --aws-region. A proxy that changes requests on the way breaks the signature too.",
      };
    case "aws_token_needed":
      return { nextStep: "Leave --aws and --aws-profile out, and sign in." };
    case "workload_platform_missing":
      return {
        nextStep:
          "Name where the token is on this machine: --workload-identity file:/path, env:NAME or command:program.",
      };
    case "workload_token_unreadable":
      return failure.facts.projectedFor === undefined
        ? { nextStep: "Have the token put there before it is used, or correct --workload-identity." }
        : {};
    case "workload_audience_mismatch":
      return {
        nextStep: `Have the token issued for ${failure.facts.expected}. Where the authorization server takes another audience, name it with --workload-audience.`,
      };
    case "workload_refused": {
      const nextStep = afterWorkloadRefusal(failure.facts.error);
      return nextStep === undefined ? {} : { nextStep };
    }
    case "tls_failed":
      return {
        nextStep:
          "If your company has its own certificate authority, name its certificates in NODE_EXTRA_CA_CERTS and start again.",
      };
    case "client_id_needed":
      return {
        detail: `${failure.facts.issuer} offers no registration, so it has to know this program beforehand. The redirect URI to register is ${failure.facts.redirectUri}.`,
        nextStep: `The identity provider does not let programs register themselves. Ask your platform team for the client ID of a native (public) application with the redirect URI ${failure.facts.redirectUri}, and add --client-id <id>.`,
      };
    case "registration_refused":
      return {
        title: "The identity provider refused to register this program.",
        nextStep: "Ask your platform team for a client ID, and add --client-id <id>.",
      };
    case "resource_metadata_missing":
    case "authorization_server_missing":
      return {
        nextStep: "Ask your platform team for the issuer of their identity provider and add --issuer <url>.",
      };
    case "issuer_changed":
      return {
        nextStep: `A machine, or a client that was given, does not follow by itself. If your platform team confirms the change, add --issuer ${failure.facts.found}, with a --client-id of that identity provider.`,
      };
    case "issuer_mismatch":
      if (!failure.facts.externalId) return {};
      return { nextStep: `If that is your company's tenant, add --issuer ${failure.facts.found}.` };
    case "named_place_refused":
      return failure.facts.name === "issuer"
        ? {
            nextStep: `Nothing was asked there. Tell your platform team which address was found. If you run that identity provider yourself, add --issuer ${failure.facts.url}.`,
          }
        : {};
    case "private_issuer_unconfirmed":
      return {
        nextStep: `If your platform team confirms that their identity provider is there, add --issuer ${failure.facts.issuer}.`,
      };
    case "resource_mismatch":
      return {
        nextStep:
          "A token for another resource could be misused, so nothing was sent. If a custom domain explains the difference, add --resource <uri>.",
      };
    case "redirect_ports_taken":
      return {
        nextStep:
          "Close the program that holds them, or choose others that the client is registered for with --redirect-port <n>.",
      };
    case "sign_in_timed_out":
      return {
        nextStep:
          "Start again. If the provider's page speaks of a redirect URI (or callback URL), ask your platform team to register this one, letter by letter. If the browser cannot reach this computer, sign in with --device-code.",
      };
    case "redirect_path_mismatch":
      return {
        nextStep:
          "No code was sent. Ask your platform team to register the redirect URI letter by letter. Where the identity provider keeps to a path of its own, name it with --redirect-path <path>.",
      };
    case "browser_not_opened":
      return { nextStep: "Open the address that was printed, or sign in on another device with --device-code." };
    case "token_refused":
    case "authorization_refused": {
      const nextStep = afterRefusal(failure.facts);
      return nextStep === undefined ? {} : { nextStep };
    }
    case "token_audience_mismatch":
      return {
        nextStep:
          "The token was not kept. Ask your platform team which audience the gateway accepts, and add --audience <audience>.",
      };
    case "token_key_mismatch":
      return {
        nextStep: "The token was not kept. Try again; if it stays, add --no-dpop and tell your platform team.",
      };
    case "bound_token_needed":
      return {
        nextStep:
          "Sign in again. If it stays, the identity provider does not bind tokens for this client, or --no-dpop keeps it from doing so: tell your platform team.",
      };
    case "id_token_missing":
      return { nextStep: 'Add openid to --scopes "<a> <b>", or leave --use-id-token out.' };
    case "credential_unreadable":
      return failure.facts.convertible ? {} : { nextStep: "Correct --client-secret or --client-key." };
    case "stored_secret_unreadable":
      return {
        detail: `The entry ${failure.facts.key} in the keychain is not one of ours or is damaged. It was left as it is.`,
      };
    case "secret_storage_failed":
      return { nextStep: "Unlock the keychain, then try again. What it held before is as it was." };
    case "secret_not_deleted":
      return { nextStep: "Unlock the keychain, then run this program with --clean to have it deleted." };
    case "keychain_unavailable":
      return { nextStep: "Unlock it or start it, then run this program again." };
    case "stored_by_newer_version":
      return {
        nextStep:
          "Use the newer version, or sign out here with --sign-out, which deletes the entry, and sign in again.",
      };
    case "enterprise_provider_missing":
      return {
        detail: `${failure.facts.gateway} is to be entered by way of your company's identity provider, and nothing says which it is.`,
        nextStep:
          "Ask your platform team for its issuer and a client ID, and add --enterprise-issuer <url> and --enterprise-client-id <id>.",
      };
    case "enterprise_policy_refused": {
      const nextStep = afterPolicy(failure.facts);
      return nextStep === undefined ? {} : { nextStep };
    }
    case "identity_assertion_refused": {
      const nextStep = afterRedemption(failure.facts);
      return nextStep === undefined ? {} : { nextStep };
    }
    case "sign_in_needed":
      return { nextStep: "Start again, and sign in when you are asked to." };
    case "sign_in_waiting":
      return { title: `A sign-in to "${failure.facts.gateway}" is waiting for you.` };
    case "consent_waiting":
      return { title: `A consent for "${failure.facts.gateway}" is waiting for you.` };
    case "gateway_refused_token":
      return {
        nextStep:
          "Signing in again will not help: the gateway's rules and the identity provider disagree. Tell your platform team what the gateway answered.",
      };
    case "insufficient_scope":
      return { nextStep: "Ask your platform team for that permission, then sign in again." };
    case "endpoint_missing":
      return failure.facts.name === "device_authorization_endpoint"
        ? {
            nextStep:
              "This identity provider has no device codes: leave --device-code out and sign in with a browser on this computer.",
          }
        : {};
    case "part_not_loaded":
      return {
        title: "The program is not complete.",
        detail: `Expected the file ${failure.facts.file} beside it. It cannot be loaded: ${failure.facts.reason}.`,
        nextStep: "Install it again, and start it.",
      };
    case "answer_too_large":
      return failure.facts.isResult
        ? {
            nextStep:
              "Ask for less at once, such as a part or a page, or let answers be larger with --max-result. The call may have taken effect: check before you try it again.",
          }
        : {};
    case "file_damaged":
      return { nextStep: "Correct the file, or move it away to start afresh." };
    case "setting_invalid":
      return {
        title: `The value of "${optionName(failure.facts.setting)}" cannot be used.`,
        nextStep: "Correct the option of that name.",
      };
    case "headers_invalid":
      if (failure.facts.faults.some(({ place }) => place.startsWith("gatewayConnect"))) return {};
      return { nextStep: "Correct --header. Nothing was sent." };
    case "header_unreadable":
      return { nextStep: "Correct it there, or --header, and try again." };
    case "unexpected":
      return { nextStep: "Run it with --verbose and report what it says. There is never a token in it." };
    default:
      return {};
  }
}

/** The name of a setting without the editor's prefix, which is close to the option's. */
const optionName = (setting: string): string => setting.replace(/^gatewayConnect\.(?:gateways \u203a )?/, "");
