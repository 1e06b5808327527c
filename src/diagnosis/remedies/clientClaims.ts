import type { Claims } from "../../agentcore/authorizer/claimRules.ts";

export const clientClaims: readonly string[] = ["client_id", "cid", "azp", "appid"];

export const otherClientClaim = (claims: Claims | undefined): string => {
  const name = ["cid", "azp", "appid"].find((one) => typeof claims?.[one] === "string");
  return name === undefined ? "" : `; it names its client in ${name}`;
};
