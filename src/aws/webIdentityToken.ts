import { GatewayFailure } from "../failures/failure.ts";
import { askServer } from "../lib/askServer.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import { memberIn } from "../lib/json/jsonObject.ts";
import { requestPolicies } from "../lib/limits.ts";
import { networkReason } from "../lib/networkReason.ts";
import { quotedText } from "../lib/quotedText.ts";
import type { AwsAccounts } from "./awsAccounts.ts";
import { stsAddress } from "./stsAddress.ts";

export interface WantedToken {
  /** Undefined for the credentials of the environment, or else of the default profile. */
  readonly profile?: string;
  readonly region?: string;
  readonly audience: string;
}

/** As short as a request to an authorization server takes, in seconds. */
const DURATION_SECONDS = 300;
const PLATFORM = "AWS";

/**
 * Asks AWS for a token that says who the caller is (STS, GetWebIdentityToken). Only regional endpoints have it, and it is off
 * in each account until an administrator switches outbound identity federation on.
 *
 * @throws GatewayFailure `workload_permission_missing`, `workload_platform_refused`, and of `signedFetch`
 */
export async function webIdentityToken(
  { profile, region = "us-east-1", audience }: WantedToken,
  { accounts, fetch }: { readonly accounts: Pick<AwsAccounts, "fetch">; readonly fetch: HttpFetch },
): Promise<string> {
  const body = new URLSearchParams({
    Action: "GetWebIdentityToken",
    Version: "2011-06-15",
    "Audience.member.1": audience,
    SigningAlgorithm: "RS256",
    DurationSeconds: String(DURATION_SECONDS),
  });
  const request = {
    url: stsAddress(region),
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: String(body),
  };
  const signed: HttpFetch = (url, init = {}) => accounts.fetch({ service: "sts", region, profile }, url, init, fetch);
  let status: number;
  let answer: unknown;
  try {
    const response = await askServer(request, requestPolicies.tokens, { fetch: signed });
    status = response.status;
    answer = await response.json();
  } catch (error) {
    if (error instanceof GatewayFailure) throw error;
    // A parser's error could quote what it read.
    throw refused(error instanceof SyntaxError ? "an answer that is no JSON" : networkReason(error).text);
  }
  const result = memberIn(memberIn(answer, "GetWebIdentityTokenResponse"), "GetWebIdentityTokenResult");
  const token = memberIn(result, "WebIdentityToken");
  if (status === 200 && typeof token === "string") return token;
  throw refusalOf(status, memberIn(answer, "Error"));
}

function refusalOf(status: number, error: unknown): GatewayFailure {
  const [code, message] = [memberIn(error, "Code"), memberIn(error, "Message")];
  const quoted = typeof message === "string" ? quotedText(message) : undefined;
  const words = quoted === undefined ? {} : { words: quoted };
  if (typeof code === "string" && /^OutboundWebIdentityFederationDisabled/.test(code)) {
    return new GatewayFailure("workload_permission_missing", {
      platform: PLATFORM,
      lacks: "outbound identity federation",
      ...words,
    });
  }
  if (code === "AccessDenied" || code === "AccessDeniedException") {
    return new GatewayFailure("workload_permission_missing", {
      platform: PLATFORM,
      lacks: "sts:GetWebIdentityToken",
      ...words,
    });
  }
  return refused(status === 200 ? "an answer without a token" : `HTTP ${status}`, words);
}

const refused = (reason: string, words: { readonly words?: string } = {}) =>
  new GatewayFailure("workload_platform_refused", { platform: PLATFORM, reason, ...words });
