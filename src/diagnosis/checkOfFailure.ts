import type { AnyFailure } from "../failures/failure.ts";
import { failureText } from "../failures/failureText.ts";
import type { AccessCheck } from "./accessReport.ts";

/** A failure of a step as a check: what was expected beside what was found, where its facts say both. */
export function checkOfFailure(what: string, failure: AnyFailure): AccessCheck {
  const { detail, nextStep } = failureText(failure);
  return { what, state: "failed", ...compared(failure, detail), fix: nextStep };
}

function compared(failure: AnyFailure, detail: string): { readonly expected?: string; readonly found: string } {
  switch (failure.code) {
    case "tls_failed":
      return { expected: `a certificate of ${failure.facts.url} that is trusted here`, found: failure.facts.reason };
    case "resource_mismatch":
    case "issuer_mismatch":
      return {
        expected: failure.facts.expected,
        found: `${failure.facts.found} (at ${failure.facts.metadataUrl})`,
      };
    case "resource_metadata_missing":
      return { expected: "a JSON document at one of these places", found: `none at ${failure.facts.tried.join(", ")}` };
    case "authorization_server_unreachable":
      return {
        expected: `metadata of ${failure.facts.issuer}`,
        found: `none at ${failure.facts.tried.join(", ")}`,
      };
    case "authorization_server_missing":
      return { expected: "an issuer in authorization_servers", found: `none at ${failure.facts.metadataUrl}` };
    case "pkce_unsupported":
      return { expected: "S256", found: failure.facts.found.join(", ") || "nothing" };
    case "endpoint_missing":
      return { expected: failure.facts.name, found: `none in the metadata of ${failure.facts.issuer}` };
    case "endpoint_insecure":
      return { expected: `https for ${failure.facts.name}`, found: failure.facts.url };
    default:
      return { found: detail };
  }
}
