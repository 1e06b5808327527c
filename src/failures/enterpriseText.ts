import type { EnterpriseFacts } from "./enterpriseFacts.ts";
import type { FailureOf } from "./failure.ts";
import { withProviderCode } from "./refusalText.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, waitText, withWords } from "./wording.ts";

/** Words for the way by a company's identity provider: each says which side refused, and whom to ask for what. */
export function enterpriseText(failure: FailureOf<EnterpriseFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "enterprise_provider_missing":
      return {
        title: say("Nothing says which identity provider your company has."),
        detail: say(
          "{0} is to be entered by way of your company's identity provider. Expected its issuer and a client ID in gatewayConnect.enterpriseIdentityProvider. Found none.",
          failure.facts.gateway,
        ),
        nextStep: say(
          'Ask your platform team for both, and set them there. To sign in at the gateway\'s own provider instead, take "signIn" away for this gateway in gatewayConnect.gateways.',
        ),
      };
    case "enterprise_policy_refused":
      return {
        title: say("Your company's identity provider does not let you in at this gateway."),
        detail: withWords(
          say(
            "Step 1 of 2. Expected an assertion from {0} for {1}, for the client {2} and the scopes {3}. It answered HTTP {4}, {5}.",
            failure.facts.issuer,
            failure.facts.audience,
            failure.facts.clientId,
            list(failure.facts.scopes, say),
            failure.facts.status,
            withProviderCode(failure.facts),
          ),
          failure.facts.words,
          say,
        ),
        nextStep: waitText(failure.facts.retryAfterSeconds, say) ?? afterPolicy(failure.facts, say),
      };
    case "identity_assertion_refused":
      return {
        title: say("The gateway's authorization server does not take your company's word for you."),
        detail: withWords(
          say(
            "Step 2 of 2. {0} issued the assertion. Expected a token for it from {1}, for the client {2} and the scopes {3}. It answered HTTP {4}, {5}.",
            failure.facts.identityProvider,
            failure.facts.issuer,
            failure.facts.clientId,
            list(failure.facts.scopes, say),
            failure.facts.status,
            withProviderCode(failure.facts),
          ),
          failure.facts.words,
          say,
        ),
        nextStep: waitText(failure.facts.retryAfterSeconds, say) ?? afterRedemption(failure.facts, say),
      };
    case "identity_assertion_invalid":
      return {
        title: say("Your company's identity provider issued something else than was asked for."),
        detail: say(
          "Step 1 of 2. Looked at {0} of what {1} issued. Expected {2}. Found {3}.",
          failure.facts.part,
          failure.facts.issuer,
          failure.facts.expected,
          failure.facts.found,
        ),
        nextStep: say(
          "It was sent to nobody. Tell whoever administers the identity provider what was found; its settings for this program or for the gateway are not right.",
        ),
      };
    case "given_id_token_unusable":
      return {
        title: say("The ID token that is given cannot be used."),
        detail: givenDetail(failure.facts, say),
        nextStep: say("It was sent to nobody. Give a newer one, of this identity provider and for this client."),
      };
  }
}

function afterPolicy(
  { error, issuer, audience, clientId, scopes, withSecret }: EnterpriseFacts["enterprise_policy_refused"],
  say: Translate,
): string {
  switch (error) {
    case "invalid_scope":
      return say(
        'Ask whoever administers {0} to allow the scopes {1} to the application {2} at {3}, or set those that are allowed as "scopes" for this gateway in gatewayConnect.gateways.',
        ...[issuer, list(scopes, say), clientId, audience],
      );
    case "invalid_client":
      return withSecret
        ? say(
            'Check the client ID and its secret or key in gatewayConnect.enterpriseIdentityProvider with whoever administers {0}. One that was typed is changed with "Change Client Secret…".',
            issuer,
          )
        : say(
            'Check the client ID in gatewayConnect.enterpriseIdentityProvider with whoever administers {0}. If that application has a secret, enter it with "Change Client Secret…".',
            issuer,
          );
    case "unsupported_grant_type":
    case "unsupported_token_type":
      return say(
        "This issuer exchanges no ID tokens. Ask whoever administers it which issuer does (at Okta the org server, and no custom one), and set that in gatewayConnect.enterpriseIdentityProvider.",
      );
    default:
      return say(
        "Ask whoever administers {0} to connect the application {1} with {2} and to assign you to both. The gateway's platform team cannot change this.",
        ...[issuer, clientId, audience],
      );
  }
}

function afterRedemption(
  { error, issuer, identityProvider, clientId, scopes }: EnterpriseFacts["identity_assertion_refused"],
  say: Translate,
): string {
  switch (error) {
    case "invalid_scope":
      return say(
        'Ask the gateway\'s platform team which scopes the client {0} may have instead of {1}, and set them as "scopes" for this gateway in gatewayConnect.gateways.',
        ...[clientId, list(scopes, say)],
      );
    case "invalid_client":
    case "unauthorized_client":
      return say(
        'Ask the gateway\'s platform team whether the client {0} may use this grant at {1}, and for its secret. Set "clientId" for this gateway in gatewayConnect.gateways, and enter the secret with "Change Client Secret…".',
        ...[clientId, issuer],
      );
    case "unsupported_grant_type":
      return say(
        '{0} takes no assertions. Ask the gateway\'s platform team to turn them on, or set "signIn": "browser" for this gateway in gatewayConnect.gateways.',
        issuer,
      );
    default:
      return say(
        "Ask the gateway's platform team whether {0} trusts {1} for the client {2}, and knows your account. Your company's identity provider cannot change this.",
        ...[issuer, identityProvider, clientId],
      );
  }
}

function givenDetail(
  { source, issuer, problem, found }: EnterpriseFacts["given_id_token_unusable"],
  say: Translate,
): string {
  switch (problem) {
    case "unreadable":
      return say("Looked at {0}: {1}.", source, found);
    case "issuer":
      return say("Looked at {0}. Expected an ID token of {1}. Found one of {2}.", source, issuer, found);
    case "client":
      return say(
        "Looked at {0}. Expected an ID token for this client at {1}. Found one for {2}.",
        source,
        issuer,
        found,
      );
    case "expired":
      return say(
        "Looked at {0}. Expected an ID token of {1} that is still good. It expired at {2}.",
        source,
        issuer,
        found,
      );
    case "form":
      break;
  }
  return say("Looked at {0}. Expected an ID token of {1}. Found something else.", source, issuer);
}
