import type { EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import { IAM_ENTITY, OAUTH_USER } from "./cedarSchema.ts";

/** The caller of a tool as policies see it. */
export interface PolicyPrincipal {
  readonly type: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The caller whose token has these claims: each claim is a tag (AWS, AgentCore developer guide, authorization flow).
 * Tags are texts. AWS shows texts only; other values become their JSON here, so that a list of groups can be matched
 * with `like "*\"admins\"*"`.
 */
export const oauthPrincipal = (claims: Claims): PolicyPrincipal => ({
  type: OAUTH_USER,
  id: typeof claims.sub === "string" ? claims.sub : "",
  tags: Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, typeof value === "string" ? value : JSON.stringify(value)]],
    ),
  ),
});

/** A caller whom nobody asked for a token: a user without a name and without tags. */
export const anyonePrincipal: PolicyPrincipal = { type: OAUTH_USER, id: "anonymous", tags: {} };

/**
 * A caller with AWS's signature: its ARN, without the name of the session of a role that was assumed.
 *
 * @param arn as `aws sts get-caller-identity` prints it
 */
export const iamPrincipal = (arn: string): PolicyPrincipal => ({
  type: IAM_ENTITY,
  id: arn.replace(/^(arn:[^:]+:sts::\d+:assumed-role\/[^/]+)\/.*$/, "$1"),
  tags: {},
});

export function principalEntity({ type, id, tags }: PolicyPrincipal): EntityJson {
  return { uid: { type, id }, attrs: { id }, parents: [], ...(type === OAUTH_USER && { tags: { ...tags } }) };
}
