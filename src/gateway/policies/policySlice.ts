import type { Context } from "@cedar-policy/cedar-wasm/nodejs";
import { answered, failureText } from "./cedarAnswer.ts";
import type { CedarNames } from "./cedarNames.ts";
import { ACTION, actionEntities, actionOf, GATEWAY, gatewayEntity, type PolicyAction } from "./cedarSchema.ts";
import type { Cedar } from "./loadCedar.ts";
import { type Policy, statements } from "./policy.ts";
import { type PolicyPrincipal, principalEntity } from "./policyPrincipal.ts";
import { denied, type PolicyVerdict } from "./policyVerdict.ts";

/** Some of the policies, as Cedar keeps them; without a name where there are none. */
export interface PolicySlice {
  readonly name: string | undefined;
  readonly policies: ReadonlyMap<string, Policy>;
}

interface SliceWorld {
  readonly cedar: Cedar;
  readonly names: CedarNames;
  /** What of a policy is asked about; its whole statement where this has none. */
  readonly statementOf?: (policy: Policy) => string | undefined;
}

/** @throws Error when Cedar does not take policies that it has read */
export function policySlice(policies: readonly Policy[], { cedar, names, statementOf }: SliceWorld): PolicySlice {
  if (policies.length === 0) return { name: undefined, policies: new Map() };
  const name = names.next();
  answered(cedar.preparsePolicySet(name, { staticPolicies: statements(policies, statementOf) }));
  return { name, policies: new Map(policies.map((one) => [one.id, one])) };
}

/** What a slice is asked about. */
export interface SliceQuestion {
  readonly principal: PolicyPrincipal;
  readonly action: PolicyAction;
  readonly gatewayArn: string;
  /** Under which name Cedar has the schema that the request is checked against. Without it nothing is checked. */
  readonly schema?: string;
  readonly context: Context;
}

/** What Cedar says of a call, as far as a slice of the policies has to do with it. */
export function sliceVerdict(
  { name, policies }: PolicySlice,
  { principal, action, gatewayArn, schema, context }: SliceQuestion,
  cedar: Cedar,
): PolicyVerdict {
  if (name === undefined) return denied;
  const answer = cedar.statefulIsAuthorized({
    principal: { type: principal.type, id: principal.id },
    action: { type: ACTION, id: actionOf(action) },
    resource: { type: GATEWAY, id: gatewayArn },
    context,
    entities: [
      principalEntity(principal),
      gatewayEntity(gatewayArn),
      // Where there is a schema it has the groups.
      ...(schema === undefined ? actionEntities(action) : []),
    ],
    ...(schema !== undefined && { preparsedSchemaName: schema, validateRequest: true }),
    preparsedPolicySetId: name,
  });
  if (answer.type === "failure") return { ...denied, problem: failureText(answer) };
  const { decision, diagnostics } = answer.response;
  return {
    decision,
    policies: diagnostics.reason.flatMap((id) => policies.get(id) ?? []),
    skipped: diagnostics.errors.map(({ policyId, error }) => ({
      policy: policies.get(policyId)?.name ?? policyId,
      problem: error.message,
    })),
    logOnly: [],
  };
}
