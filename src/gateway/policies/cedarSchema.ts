import type { ActionType, EntityJson, EntityType, SchemaJson } from "@cedar-policy/cedar-wasm/nodejs";
import { qualifiedName } from "../../lib/qualifiedName.ts";
import { type CedarType, cedarTypeJson } from "./cedarTypes.ts";

/** What a policy can be about: a tool, by its target's own name for it. */
export interface PolicyAction {
  readonly target: string;
  readonly name: string;
  /** A request to a target with a path of its own, by its method and path, in the place of a tool. */
  readonly isRequest?: true;
}

/** A tool as policies know it. */
export interface PolicyTool extends PolicyAction {
  readonly input: CedarType & { readonly kind: "Record" };
}

/** AgentCore's name of the action, which is the tool's name for callers. */
export const actionOf = ({ target, name }: PolicyAction): string => qualifiedName(target, name);

/** The groups of an action, the widest last (AWS, AgentCore developer guide, policy scope): requests are only in their target's. */
export const CALL_TOOL = "CallTool";
export const MCP = "Mcp";
export const groupsOf = ({ target, isRequest }: PolicyAction): readonly string[] =>
  isRequest ? [target] : [target, CALL_TOOL, MCP];

export const ACTION = "AgentCore::Action";
export const GATEWAY = "AgentCore::Gateway";
export const OAUTH_USER = "AgentCore::OAuthUser";
export const IAM_ENTITY = "AgentCore::IamEntity";

const withId = { type: "Record" as const, attributes: { id: { type: "String" as const, required: true } } };

const entityTypes: Record<string, EntityType<string>> = {
  // The token's claims. Cedar checks that a policy asks with hasTag before it reads one.
  OAuthUser: { shape: withId, tags: { type: "String" } },
  // A caller with AWS's signature has its ARN, and no tags.
  IamEntity: { shape: withId },
  Gateway: {},
};

const inGroups = (...ids: readonly string[]) => ids.map((id) => ({ id }));

/** The schema that AgentCore makes of the tools (AWS, AgentCore developer guide, schema constraints). */
export function cedarSchema(tools: readonly PolicyTool[]): SchemaJson<string> {
  const targets = new Map(tools.map(({ target, isRequest }) => [target, isRequest]));
  const actions: Record<string, ActionType<string>> = {
    [MCP]: {},
    [CALL_TOOL]: { memberOf: inGroups(MCP) },
    ...Object.fromEntries(
      [...targets].map(([target, isRequest]) => [target, isRequest ? {} : { memberOf: inGroups(CALL_TOOL) }]),
    ),
    ...Object.fromEntries(tools.map((tool) => [actionOf(tool), actionType(tool)])),
  };
  return { AgentCore: { entityTypes, actions } };
}

const actionType = ({ target, input }: PolicyTool): ActionType<string> => ({
  memberOf: inGroups(target),
  appliesTo: {
    principalTypes: ["OAuthUser", "IamEntity"],
    resourceTypes: ["Gateway"],
    context: {
      type: "Record",
      attributes: {
        input: { ...cedarTypeJson(input), required: true },
        system: {
          type: "Record",
          required: true,
          attributes: { now: { type: "Extension", name: "datetime", required: true } },
        },
      },
    },
  },
});

export const gatewayEntity = (arn: string): EntityJson => ({ uid: { type: GATEWAY, id: arn }, attrs: {}, parents: [] });

/** The action of a tool with its groups, for a request that has no schema. */
export function actionEntities(action: PolicyAction): EntityJson[] {
  const uid = (id: string) => ({ type: ACTION, id });
  const chain = [actionOf(action), ...groupsOf(action)];
  return chain.map((id, at) => ({ uid: uid(id), attrs: {}, parents: chain.slice(at + 1, at + 2).map(uid) }));
}
