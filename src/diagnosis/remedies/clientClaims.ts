import type { Claims } from "../../agentcore/authorizer/claimRules.ts";

export const clientClaims: readonly string[] = ["client_id", "cid", "azp", "appid"];

/** Another claim than `client_id` by which a token names its client. */
export const otherClientClaim = (claims: Claims | undefined): string | undefined =>
  ["cid", "azp", "appid"].find((one) => typeof claims?.[one] === "string");
