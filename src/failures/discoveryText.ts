import type { DiscoveryFacts } from "./discoveryFacts.ts";
import type { FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, waitText, withWords } from "./wording.ts";

/** Words for what is found out about where to sign in, and as which client. */
export function discoveryText(failure: FailureOf<DiscoveryFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "resource_metadata_missing":
      return {
        title: say("The gateway asks for sign-in, but does not say where."),
        detail: say(
          "Expected protected-resource metadata (RFC 9728) for {0}. Looked at {1}.",
          failure.facts.url,
          list(failure.facts.tried, say),
        ),
        nextStep: say(
          'Ask your platform team for the issuer of their identity provider and set it as "issuer" for this gateway in the setting gatewayConnect.gateways.',
        ),
      };
    case "resource_mismatch":
      return {
        title: say("The gateway's metadata describes another gateway."),
        detail: say(
          "Expected the resource {0}. {1} names {2}.",
          failure.facts.expected,
          failure.facts.metadataUrl,
          failure.facts.found,
        ),
        nextStep: say(
          'A token for another resource could be misused, so sign-in stopped. If a custom domain explains the difference, set "resource" for this gateway in gatewayConnect.gateways.',
        ),
      };
    case "authorization_server_missing":
      return {
        title: say("The gateway's metadata names no authorization server."),
        detail: say("Expected at least one entry in authorization_servers. {0} has none.", failure.facts.metadataUrl),
        nextStep: say(
          'Ask your platform team for the issuer of their identity provider and set it as "issuer" for this gateway in gatewayConnect.gateways.',
        ),
      };
    case "authorization_server_unreachable":
      return {
        title: say("The identity provider cannot be found."),
        detail: say(
          "Expected metadata (RFC 8414 or OpenID Connect discovery) of {0}. Looked at {1}.",
          failure.facts.issuer,
          list(failure.facts.tried, say),
        ),
        nextStep: say("Check your network and VPN, then try again. If it stays, tell your platform team this issuer."),
      };
    case "authorization_server_down":
      return {
        title: say("The identity provider is down, or has too much to do."),
        detail: withWords(
          say(
            "Expected an answer of {0}. {1} answered HTTP {2}.",
            failure.facts.issuer,
            failure.facts.url,
            failure.facts.status,
          ),
          failure.facts.words,
          say,
        ),
        nextStep:
          waitText(failure.facts.retryAfterSeconds, say) ??
          say(
            "Nothing was changed. Try again in a minute. If it stays, tell your platform team this address and status.",
          ),
      };
    case "issuer_changed":
      return {
        title: say("The gateway signs in at another identity provider now."),
        detail: say(
          "Expected {0}. {1} names {2}. Nothing of your sign-in was sent there.",
          failure.facts.expected,
          failure.facts.gateway,
          failure.facts.found,
        ),
        nextStep: say(
          'Run "Gateway Connect: Sign In": you are asked whether to sign in there. A machine, and a client whose secret the settings name, are never moved: if your platform team confirms the change, set "issuer", "clientId" and the secret for this gateway in gatewayConnect.gateways.',
        ),
      };
    case "issuer_mismatch":
      return {
        title: say("The identity provider's metadata belongs to another issuer."),
        detail: say(
          "Expected the issuer {0}. {1} names {2}.",
          failure.facts.expected,
          failure.facts.metadataUrl,
          failure.facts.found,
        ),
        nextStep: failure.facts.externalId
          ? say(
              'Microsoft Entra External ID calls a tenant by its ID, at a host of its own. If that is your company\'s tenant, set "issuer" to {0} for this gateway in gatewayConnect.gateways. Your platform team knows its ID.',
              failure.facts.found,
            )
          : say("Sign-in stopped, since this is how sign-ins are stolen. Tell your platform team both issuers."),
      };
    case "endpoint_insecure":
      return {
        title:
          failure.facts.name === "resource_metadata"
            ? say(
                "The gateway names an address of its metadata that is not safe to ask, and has none where it belongs.",
              )
            : say("The identity provider advertises an address that is not safe to open."),
        detail: say(
          "Expected https for {0} (http only for this machine). Found {1}.",
          failure.facts.name,
          failure.facts.url,
        ),
        nextStep: say("Nothing was opened. Tell your platform team which address was found."),
      };
    case "named_place_refused": {
      const { namedBy, name, url, place } = failure.facts;
      return {
        title:
          place.kind === "loopback"
            ? say("A server elsewhere names an address of this computer for the sign-in.")
            : say("A server names an address for the sign-in that no identity provider has."),
        detail:
          place.kind === "loopback"
            ? say("Expected an address that is not of this computer for {0}. {1} names {2}.", name, namedBy, url)
            : say(
                "Expected an address that others can reach for {0}. {1} names {2}, where metadata services of clouds are.",
                name,
                namedBy,
                url,
              ),
        nextStep:
          name === "issuer"
            ? say(
                'Nothing was asked there. Tell your platform team which address was found. If you run that identity provider yourself, set "issuer" for this gateway in gatewayConnect.gateways.',
              )
            : say("Nothing was asked there. Tell your platform team which address was found."),
      };
    }
    case "private_issuer_unconfirmed":
      return {
        title: say("The sign-in leads into a private network, and nobody here has agreed to that."),
        detail: say(
          "{0} is not in a private network itself, and names {1}. Nothing was asked there.",
          failure.facts.namedBy,
          failure.facts.url,
        ),
        nextStep: say(
          'If your platform team confirms that their identity provider is there, connect the gateway again and agree, or set "issuer" to {0} for it in gatewayConnect.gateways.',
          failure.facts.issuer,
        ),
      };
    case "endpoint_missing":
      return {
        title: say("The identity provider lacks what a sign-in needs."),
        detail: say("Expected {0} in the metadata of {1}. It is missing.", failure.facts.name, failure.facts.issuer),
        nextStep: say("Tell your platform team. The issuer may be the wrong one for this gateway."),
      };
    case "pkce_unsupported":
      return {
        title: say("The identity provider does not offer PKCE with S256."),
        detail: say(
          "Expected S256 in code_challenge_methods_supported of {0}. Found {1}.",
          failure.facts.issuer,
          list(failure.facts.found, say),
        ),
        nextStep: say("Ask your platform team to allow PKCE (S256) for native applications."),
      };
    case "client_id_needed":
      return {
        title: say("This identity provider needs a client ID."),
        detail: say(
          "{0} offers no registration, so it has to know this editor beforehand. The redirect URI to register is {1}.",
          failure.facts.issuer,
          failure.facts.redirectUri,
        ),
        nextStep: say(
          "Ask your platform team for the client ID of a native (public) application with that redirect URI, and connect again.",
        ),
      };
    case "registration_refused":
      return {
        title: say("The identity provider refused to register this editor."),
        detail: withWords(
          say("{0} answered HTTP {1}, {2}.", failure.facts.issuer, failure.facts.status, failure.facts.error),
          failure.facts.words,
          say,
        ),
        nextStep: say("Ask your platform team for a client ID, and enter it when you connect again."),
      };
  }
}
