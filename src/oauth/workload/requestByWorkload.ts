import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { GrantedTokens } from "../tokens/idToken.ts";
import type { AskedEndpoint } from "../tokens/tokenEndpoint.ts";
import { type GrantWorld, requestByAssertion } from "../tokens/tokenRequests.ts";
import { checkedToken } from "./checkedToken.ts";
import { type PlatformWorld, platformToken, workloadSourceText } from "./platformToken.ts";
import type { WorkloadGrant, WorkloadGrantName } from "./workloadIdentity.ts";

export interface WorkloadWorld extends GrantWorld, PlatformWorld {
  readonly now: () => number;
}

/** The names of the grants, and under which each takes the platform's token. */
const grants: Readonly<
  Record<WorkloadGrantName, { readonly grantType: string; readonly of: (jwt: string) => Parameters }>
> = {
  "jwt-bearer": {
    grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    of: (assertion) => ({ assertion }),
  },
  "token-exchange": {
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    of: (subject) => ({
      subject_token: subject,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    }),
  },
  "client-assertion": {
    grantType: "client_credentials",
    of: (assertion) => ({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    }),
  },
};

type Parameters = Readonly<Record<string, string>>;

/**
 * Asks for tokens with what the platform says of this workload. The platform's token is read for this one request. A refusal
 * is final: no other grant is tried, since whoever does not trust this one was not asked for another.
 *
 * @returns the tokens, and whom the platform calls the workload
 * @throws GatewayFailure of `platformToken` and `checkedToken`, `workload_refused`, and of `requestToken` where there was no
 *   decision
 */
export async function requestByWorkload(
  asked: AskedEndpoint,
  { identity, parameters }: WorkloadGrant,
  world: WorkloadWorld,
): Promise<GrantedTokens & { readonly subject: string }> {
  const { server } = asked;
  const audience = audienceOf(identity.audience, server);
  const text = await platformToken(identity.source, audience, world);
  const source = workloadSourceText(identity.source);
  const { jwt, issuer: from, subject } = checkedToken(text, { source, audience, now: world.now() });
  const { grantType, of } = grants[identity.grant];
  try {
    const granted = await requestByAssertion(asked, { grantType, parameters: { ...parameters, ...of(jwt) } }, world);
    return { ...granted, subject };
  } catch (failure) {
    if (!isFailure(failure, "token_refused")) throw failure;
    const { withSecret: _, retryAfterSeconds: __, ...refusal } = failure.facts;
    throw new GatewayFailure("workload_refused", { ...refusal, from, subject, audience });
  }
}

/** The issuer unless another is set: RFC 7523, 3 lets the server choose, and the issuer is what its metadata says for sure. */
function audienceOf(set: string, { issuer, token_endpoint: endpoint }: AskedEndpoint["server"]): string {
  if (set === "issuer") return issuer;
  return set === "token-endpoint" ? (endpoint ?? issuer) : set;
}
