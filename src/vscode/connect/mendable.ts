import type { AnyFailure, FailureCode } from "../../failures/failure.ts";
import { isAboutClient, UNKNOWN_CLIENT } from "../../oauth/tokens/unknownClient.ts";
import type { CompanySecret } from "./companySecret.ts";
import type { GivenAnswers } from "./givenAnswers.ts";

/** What is wrong with the address itself, or looks like it: another one may be typed, or the same once more. */
const aboutAddress: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "url_invalid",
  "url_insecure",
  "region_invalid",
  "address_not_mcp",
  "region_not_offered",
  "gateway_unreachable",
  "tls_failed",
  "gateway_not_found",
  "not_an_mcp_server",
  "protocol_version_unknown",
  "gateway_error",
  "gateway_forbidden",
  "answer_too_large",
]);

/** What OAuth (RFC 6749, 4.1.2.1 and 5.2) and Entra ID say of scopes that do not exist there. */
const scopeErrors: ReadonlySet<string> = new Set(["invalid_scope", "AADSTS650053", "AADSTS70011"]);

/** The answer that would mend a failure, where there is one: it is asked for again, with what is wrong below it. */
export function mendable(
  failure: AnyFailure,
  answers: Pick<GivenAnswers, "has">,
  company: Pick<CompanySecret, "isTyped">,
): "address" | "clientId" | "companySecret" | "scopes" | "audience" | undefined {
  if (aboutAddress.has(failure.code)) return "address";
  if (failure.code === "token_audience_mismatch") return "audience";
  // Without a secret it says so of the application too (RFC 6749, 5.2), and Entra ID with an AADSTS7000218.
  if (failure.code === "enterprise_policy_refused")
    return failure.facts.error === UNKNOWN_CLIENT && company.isTyped ? "companySecret" : undefined;
  if (failure.code !== "authorization_refused" && failure.code !== "token_refused") return undefined;
  const { error, providerCode = "" } = failure.facts;
  if (scopeErrors.has(error) || scopeErrors.has(providerCode)) return "scopes";
  // A secret may be what is wrong; then both are asked for again.
  return isAboutClient(failure) && answers.has("clientId") ? "clientId" : undefined;
}
