import type { FailureFacts, FailureOf } from "./failure.ts";
import type { RuleFacts } from "./ruleFacts.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, withWords } from "./wording.ts";

/** Words for what a gateway refuses by rules that are not about who is signed in. */
export function ruleText(failure: FailureOf<RuleFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "rate_limited": {
      const { url, status, limit, words, retryAfterSeconds: wait } = failure.facts;
      const detail =
        limit === undefined
          ? say("Expected an answer to a request. {0} answered HTTP {1}.", url, status)
          : say(
              "Expected an answer to a request. {0} answered HTTP {1}: its limit {2} is used up.",
              url,
              status,
              limit,
            );
      return {
        title: say("The gateway gets too many requests."),
        detail: withWords(detail, words, say),
        nextStep:
          wait === undefined
            ? say("Try again in a minute. If it stays, tell your platform team this address and what it answered.")
            : say(
                "It asks to wait {0} seconds. Try again then. If it happens often, ask your platform team for a higher limit.",
                wait,
              ),
      };
    }
    case "aws_signature_needed":
      return {
        title: say("This gateway takes no tokens, but requests that AWS credentials sign."),
        detail: withWords(
          say(
            "Expected a gateway that asks for an OAuth token. {0} asks for a signature (SigV4), as with the authorizer types AWS_IAM and AUTHENTICATE_ONLY.",
            failure.facts.url,
          ),
          failure.facts.words,
          say,
        ),
        nextStep: say(
          'For this gateway in gatewayConnect.gateways, set "signIn" to "aws" and "awsProfile" to the profile whose credentials sign. Then sign in.',
        ),
      };
    case "aws_permission_missing": {
      const { url, permission, resource } = failure.facts;
      return {
        title: say("An AWS permission is missing."),
        detail:
          resource === undefined
            ? say("Expected the permission {0}. {1} answered that it is not granted.", permission, url)
            : say(
                "Expected the permission {0} on {1}. {2} answered that it is not granted.",
                permission,
                resource,
                url,
              ),
        nextStep: say(
          "Signing in again does not change it. Ask your platform team to allow this action: in IAM, or in the policy of the resource.",
        ),
      };
    }
    case "policy_session_refused":
      return {
        title: say("The policies of {0} changed in the middle of a conversation.", failure.facts.gateway),
        detail: say("The gateway took no request in the policy session, nor in a new one. Nothing was run."),
        nextStep: say("Try again in a minute. If it stays, tell whoever changes the policies of the gateway."),
      };
    case "policy_denied":
      return {
        title: say("A policy of the gateway does not allow this call."),
        detail: withWords(policySentence(failure.facts, say), failure.facts.words, say),
        nextStep: say(
          "Signing in again does not change it. Other arguments may be allowed, since policies can look at them. If this call is needed, ask your platform team for it, and tell them what stands here.",
        ),
      };
    case "consent_needed": {
      const { gateway, target, url, portal, words } = failure.facts;
      return {
        title: say("{0} needs your consent before it can act for you.", target),
        detail: withWords(
          say("Expected a consent that was given before. {0} names {1} as the page to give it at.", gateway, url),
          words,
          say,
        ),
        nextStep:
          portal === undefined
            ? say("Open that page in your browser and agree there, then call the tool again.")
            : say(
                "Agree at the consent portal {0} or at that page, in your browser, then call the tool again.",
                portal,
              ),
      };
    }
    case "consent_waiting":
      return {
        title: say('A consent for "{0}" is waiting in the editor\'s window.', failure.facts.gateway),
        detail: say("The call could not wait for it any longer. The question stays there."),
        nextStep: say("Give it there, then call the tool again."),
      };
    case "consent_declined": {
      const { gateway, target } = failure.facts;
      return {
        title: say("The consent that {0} needs was not given.", target),
        detail: say("Expected a consent at the page that {0} named. You were asked, and cancelled.", gateway),
        nextStep: say(
          "Go on without it. Calls of agents ask you again in a few minutes at the earliest; run the tool yourself to be asked at once.",
        ),
      };
    }
    case "consent_not_kept": {
      const { gateway, target, url } = failure.facts;
      return {
        title: say("{0} asks for the same consent again.", target),
        detail: say(
          "Expected {0} to keep the consent that was given at the page it named. It answered the next call with another one, {1}.",
          gateway,
          url,
        ),
        nextStep: say(
          "If you did not finish there, open the new page, agree, and call the tool again. If you did, nothing ties the consent to you: ask your platform team whether the return address of this target calls CompleteResourceTokenAuth, or for a consent portal.",
        ),
      };
    }
  }
}

function policySentence({ url, policy, permittedByNone }: FailureFacts["policy_denied"], say: Translate): string {
  if (policy?.includes(", "))
    return say("Expected a call that the policies of {0} permit. The policies {1} forbid it.", url, policy);
  if (policy !== undefined)
    return say("Expected a call that the policies of {0} permit. The policy {1} forbids it.", url, policy);
  return permittedByNone
    ? say("Expected a call that the policies of {0} permit. None of them permits it.", url)
    : say("Expected a call that the policies of {0} permit. It was denied.", url);
}
