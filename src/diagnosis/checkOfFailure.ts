import type { AnyFailure } from "../failures/failure.ts";
import { failureText } from "../failures/failureText.ts";
import { english, type Translate } from "../failures/translate.ts";
import type { AccessCheck } from "./accessReport.ts";

/** A failure of a step as a check: what was expected beside what was found, where its facts say both. */
export function checkOfFailure(what: string, failure: AnyFailure, say: Translate = english): AccessCheck {
  const { detail, nextStep } = failureText(failure, say);
  return { what, state: "failed", ...compared(failure, detail, say), fix: nextStep };
}

function compared(
  failure: AnyFailure,
  detail: string,
  say: Translate,
): { readonly expected?: string; readonly found: string } {
  switch (failure.code) {
    case "tls_failed":
      return {
        expected: say("a certificate of {0} that is trusted here", failure.facts.url),
        found: failure.facts.reason,
      };
    case "resource_mismatch":
    case "issuer_mismatch":
      return {
        expected: failure.facts.expected,
        found: say("{0} (at {1})", failure.facts.found, failure.facts.metadataUrl),
      };
    case "resource_metadata_missing":
      return {
        expected: say("a JSON document at one of these places"),
        found: say("none at {0}", failure.facts.tried.join(", ")),
      };
    case "authorization_server_unreachable":
      return {
        expected: say("metadata of {0}", failure.facts.issuer),
        found: say("none at {0}", failure.facts.tried.join(", ")),
      };
    case "authorization_server_down":
      return {
        expected: say("metadata of {0}", failure.facts.issuer),
        found: say("HTTP {0} at {1}", failure.facts.status, failure.facts.url),
      };
    case "authorization_server_missing":
      return {
        expected: say("an issuer in authorization_servers"),
        found: say("none at {0}", failure.facts.metadataUrl),
      };
    case "pkce_unsupported":
      return { expected: "S256", found: failure.facts.found.join(", ") || say("nothing") };
    case "endpoint_missing":
      return { expected: failure.facts.name, found: say("none in the metadata of {0}", failure.facts.issuer) };
    case "endpoint_insecure":
      return { expected: say("https for {0}", failure.facts.name), found: failure.facts.url };
    case "named_place_refused":
      return { expected: say("an address that is not of this computer or link-local"), found: failure.facts.url };
    case "private_issuer_unconfirmed":
      return { expected: say("an address that is not private, or one that was agreed to"), found: failure.facts.url };
    case "setting_invalid":
      return {
        expected: say("a value for {0} that can be used", failure.facts.setting),
        found: failure.facts.found,
      };
    case "aws_permission_missing": {
      const { url, permission, resource } = failure.facts;
      return {
        expected: resource === undefined ? permission : say("{0} on {1}", permission, resource),
        found: say("{0} answers that it is not granted", url),
      };
    }
    default:
      return { found: detail };
  }
}
