import { foreignText } from "../lib/foreignText.ts";
import type { FailureOf, TokenFacts } from "./failure.ts";
import { afterRefusal, withClock, withProviderCode } from "./refusalText.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, waitText, withWords } from "./wording.ts";

/** Words for tokens, and for the secret or key that a client asks for them with. */
export function tokenText(failure: FailureOf<TokenFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "token_refused":
      return {
        title:
          failure.facts.error === "invalid_grant"
            ? say("The sign-in is no longer valid.")
            : say("The identity provider refused to issue a token."),
        detail: withWords(
          withClock(
            say(
              "Expected a token. {0} answered HTTP {1}, {2}.",
              failure.facts.issuer,
              failure.facts.status,
              withProviderCode(failure.facts),
            ),
            failure.facts,
            say,
          ),
          failure.facts.words,
          say,
        ),
        nextStep:
          waitText(failure.facts.retryAfterSeconds, say) ??
          afterRefusal(failure.facts, say) ??
          say("Sign in again. If it stays, tell your platform team this error."),
      };
    case "token_response_invalid":
      return {
        title: say("The identity provider's answer is not a token."),
        detail: withWords(
          failure.facts.contentType === ""
            ? say(
                "Expected JSON from the token endpoint of {0}. Found HTTP {1} without a content type.",
                failure.facts.issuer,
                failure.facts.status,
              )
            : say(
                "Expected JSON from the token endpoint of {0}. Found HTTP {1} with {2}.",
                failure.facts.issuer,
                failure.facts.status,
                failure.facts.contentType,
              ),
          failure.facts.words,
          say,
        ),
        nextStep:
          waitText(failure.facts.retryAfterSeconds, say) ??
          say(
            "Often a proxy or a maintenance page answers instead. Try again in a minute; your sign-in was not changed.",
          ),
      };
    case "token_endpoint_unreachable":
      return {
        title: say("The identity provider does not answer."),
        detail: say("No answer from {0}: {1}.", failure.facts.issuer, failure.facts.reason),
        nextStep: say("Check your network and VPN, then try again. You stay signed in."),
      };
    case "token_audience_mismatch":
      return {
        title: say("The identity provider issued a token for something else."),
        detail: say("Expected the audience {0}. Found {1}.", failure.facts.expected, list(failure.facts.found, say)),
        nextStep: say(
          'The token was not kept. Run "Gateway Connect: Explain Access" to see which audience this identity provider gives, ask your platform team which one the gateway accepts, and set it as "audience" in gatewayConnect.gateways.',
        ),
      };
    case "id_token_missing":
      return {
        title: say("{0} takes an ID token, and there is none.", failure.facts.gateway),
        detail: say("Expected an ID token from {0}. It gave none with the sign-in.", failure.facts.issuer),
        nextStep: say(
          'Add the scope "openid" to "scopes" for this gateway in gatewayConnect.gateways and sign in again, or set "token" to "access" there.',
        ),
      };
    case "id_token_invalid":
      return {
        title: say("The ID token cannot be trusted."),
        detail: idTokenDetail(failure.facts, say),
        nextStep: say("The tokens were not kept. Sign in again; if it stays, tell your platform team this error."),
      };
    case "credential_unreadable":
      return {
        title: say("The client's secret or key cannot be read."),
        detail: say("Looked at {0}: {1}.", failure.facts.source, failure.facts.reason),
        nextStep: failure.facts.convertible
          ? say(
              'Convert it with "openssl pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem", and use what is in pkcs8.pem.',
            )
          : say(
              'Correct "clientSecret" or "privateKey" for this gateway in gatewayConnect.gateways, or enter it with "Change Client Secret…".',
            ),
      };
    case "stored_secret_unreadable":
      return {
        title: say("A stored sign-in cannot be read."),
        detail: say(
          "The entry {0} in the editor's secret storage is not one of ours or is damaged. It was left as it is.",
          failure.facts.key,
        ),
        nextStep: say("Sign in again; that replaces it."),
      };
    case "stored_by_newer_version":
      return {
        title: say("This sign-in was stored by a newer version."),
        detail: say(
          "The entry {0} was written by a newer version of Gateway Connect. This version left it as it is.",
          failure.facts.key,
        ),
        nextStep: say(
          "Reload the window to use the newer version, or sign out here, which deletes the entry, and sign in again.",
        ),
      };
    case "secret_not_deleted":
      return {
        title: say("A secret is still on this computer."),
        detail: say(
          "The secret storage did not delete the entry {0}. It said: {1}.",
          failure.facts.key,
          foreignText(failure.facts.reason, 200).replace(/\.$/, ""),
        ),
        nextStep: say(
          'Unlock the secret storage, then run "Gateway Connect: Sign Out of Everything and Clean Up" to have it deleted.',
        ),
      };
    case "keychain_unavailable":
      return {
        title: say("The keychain of this computer cannot be used."),
        detail: say(
          "Sign-ins that several programs share are kept in it, and it said: {0}. What is in it was left as it is.",
          foreignText(failure.facts.reason, 200).replace(/\.$/, ""),
        ),
        nextStep: say(
          "Unlock it or start it, then try again. If you sign in again now, this editor keeps that sign-in.",
        ),
      };
    case "secret_storage_failed": {
      const { key, act, reason } = failure.facts;
      const said = foreignText(reason, 200).replace(/\.$/, "");
      return {
        title: say("The secret storage does not work."),
        detail:
          act === "read"
            ? say("The secret storage was to give the entry {0}, and said: {1}.", key, said)
            : say("The secret storage was to keep the entry {0}, and said: {1}.", key, said),
        nextStep: say("Unlock the secret storage, then try again. What it held before is as it was."),
      };
    }
  }
}

function idTokenDetail({ issuer, problem }: TokenFacts["id_token_invalid"], say: Translate): string {
  switch (problem) {
    case "algorithm":
      return say("Expected a signature by a key of {0} that everybody can check. Found none.", issuer);
    case "nonce":
      return say("Expected the nonce of this sign-in in the ID token of {0}. Found another or none.", issuer);
    case "claims":
      return say("Expected an ID token of {0} for this client and this time. Found another.", issuer);
    case "missing":
      return say("Expected an ID token of {0} with the sign-in. It gave none.", issuer);
  }
}
