import type { FailureOf, SignInFacts } from "./failure.ts";
import { afterRefusal, withProviderCode } from "./refusalText.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, withWords } from "./wording.ts";

/** Words for a person's sign-in, in the browser or with a code. */
export function signInText(failure: FailureOf<SignInFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "redirect_ports_taken":
      return {
        title: say("No port is free for the browser to come back to."),
        detail: say("Expected one of the ports {0} to be free. All are in use.", failure.facts.ports.join(", ")),
        nextStep: say(
          "Close the program that uses them, or add a registered port to gatewayConnect.redirectPorts, then sign in again.",
        ),
      };
    case "access_denied":
      return {
        title: say("Access was denied."),
        detail: withWords(
          say(
            "{0} answered access_denied: the request was declined, you are not assigned to this application, or a policy does not allow it.",
            failure.facts.issuer,
          ),
          failure.facts.words,
          say,
        ),
        nextStep: say(
          "Sign in again and allow access, or ask your platform team to assign you to the application, and to look at its policies (Okta: Access Policies of the authorization server, for this client and every scope).",
        ),
      };
    case "authorization_refused":
      return {
        title: say("The identity provider refused the sign-in."),
        detail: withWords(
          say("Expected a code. {0} answered {1}.", failure.facts.issuer, withProviderCode(failure.facts)),
          failure.facts.words,
          say,
        ),
        nextStep:
          afterRefusal(failure.facts, say) ?? say("Try again. If it stays, tell your platform team this error."),
      };
    case "sign_in_timed_out":
      return {
        title: say("The browser did not come back."),
        detail:
          failure.facts.redirectUri === undefined
            ? say("Expected the end of the sign-in within {0} minutes. Nothing arrived.", failure.facts.minutes)
            : say(
                "Expected the end of the sign-in at {0} within {1} minutes. Nothing arrived.",
                failure.facts.redirectUri,
                failure.facts.minutes,
              ),
        nextStep: say(
          'Sign in again. If the provider\'s page speaks of a redirect URI (or callback URL), ask your platform team to register this one, letter by letter. If the browser showed an address that could not be opened, use "Paste the Address You Were Sent To".',
        ),
      };
    case "redirect_path_mismatch":
      return {
        title: say("The browser came back to another address."),
        detail: say(
          "Expected the answer of the sign-in at {0}. It came to the path {1} of this computer.",
          failure.facts.redirectUri,
          failure.facts.found,
        ),
        nextStep: say(
          "No code was sent. Ask your platform team to register the redirect URI letter by letter. Where the identity provider keeps to a path of its own, set it as gatewayConnect.redirectPath.",
        ),
      };
    case "browser_not_opened":
      return {
        title: say("The browser was not opened."),
        detail: say(
          "Sign-in at {0} happens in the browser, and opening it was declined or failed.",
          failure.facts.issuer,
        ),
        nextStep: say("Sign in again and allow the editor to open the page."),
      };
    case "state_mismatch":
      return {
        title: say("This answer belongs to another sign-in."),
        detail: say(
          "Expected the state of the sign-in in progress in the address {0}. Found another one or none.",
          failure.facts.redirectUri,
        ),
        nextStep: say("Finish the sign-in in the page that was opened last."),
      };
    case "response_issuer_mismatch":
      return {
        title: say("Another identity provider answered."),
        detail: say("Expected the issuer {0} (RFC 9207). Found {1}.", failure.facts.expected, failure.facts.found),
        nextStep: say("Sign-in stopped and no code was sent. Sign in again; if it stays, tell your platform team."),
      };
    case "response_issuer_missing":
      return {
        title: say("The answer does not say which identity provider gave it."),
        detail: say("{0} says that it adds iss to its answers (RFC 9207). Found none.", failure.facts.expected),
        nextStep: say("Sign-in stopped and no code was sent. Sign in again; if it stays, tell your platform team."),
      };
    case "pasted_address_invalid":
      return {
        title: say("This is not the address the browser was sent to."),
        detail: say("Expected an address that starts with {0}.", failure.facts.redirectUri),
        nextStep: say("Copy the whole address from the browser's address bar after signing in."),
      };
  }
}
