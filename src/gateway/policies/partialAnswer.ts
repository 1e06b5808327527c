import type { Expr, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { answered } from "./cedarAnswer.ts";
import { ACTION, actionEntities, actionOf, GATEWAY, gatewayEntity, type PolicyAction } from "./cedarSchema.ts";
import type { Cedar } from "./loadCedar.ts";
import { type Policy, statements } from "./policy.ts";
import { type PolicyPrincipal, principalEntity } from "./policyPrincipal.ts";

/** What is left of a policy once the caller and the tool are known. */
export interface Residual {
  readonly policy: Policy;
  /** The condition on arguments and time, in Cedar. */
  readonly condition: string;
}

/** What can be said of a tool without arguments. */
export interface Foreseen {
  /** `depends`: on the arguments or the time. */
  readonly decision: "allow" | "deny" | "depends";
  readonly residuals: readonly Residual[];
}

interface PartialQuestion {
  readonly policies: readonly Policy[];
  readonly action: PolicyAction;
  readonly principal: PolicyPrincipal;
  readonly gatewayArn: string;
}

/** What is known of the decision about a tool whose arguments nobody knows, as AgentCore asks for a list of tools. */
export const partialDecision = (question: PartialQuestion, cedar: Cedar): Foreseen["decision"] =>
  question.policies.length === 0 ? "deny" : (asked(question, cedar).decision ?? "depends");

/** The same with the conditions that are left. */
export function partialAnswer(question: PartialQuestion, cedar: Cedar): Foreseen {
  if (question.policies.length === 0) return { decision: "deny", residuals: [] };
  const { decision, nontrivialResiduals, residuals } = asked(question, cedar);
  return {
    decision: decision ?? "depends",
    residuals: question.policies
      .filter(({ id }) => nontrivialResiduals.includes(id))
      .map((policy) => ({ policy, condition: conditionOf(residuals[policy.id], cedar) })),
  };
}

function asked({ policies, action, principal, gatewayArn }: PartialQuestion, cedar: Cedar) {
  return answered(
    cedar.isAuthorizedPartial({
      principal: { type: principal.type, id: principal.id },
      action: { type: ACTION, id: actionOf(action) },
      resource: { type: GATEWAY, id: gatewayArn },
      context: { input: unknown("input"), system: { now: unknown("now") } },
      entities: [principalEntity(principal), gatewayEntity(gatewayArn), ...actionEntities(action)],
      policies: { staticPolicies: statements(policies) },
    }),
  ).response;
}

const unknown = (name: string) => ({ __extn: { fn: "unknown", arg: name } });

/** The condition of a residual as people write it: without what is true, and with the names of what is unknown. */
function conditionOf(residual: PolicyJson | undefined, cedar: Cedar): string {
  if (residual === undefined) return "";
  const conditions = residual.conditions.map(({ kind, body }) => ({ kind, body: plainExpression(body) }));
  const answer = cedar.policyToText({ ...residual, conditions } as PolicyJson);
  if (answer.type === "failure") return "";
  const [, ...clauses] = answer.text.replace(/;\s*$/, "").split(/\b(?=(?:when|unless) \{)/);
  return clauses.map((clause) => clause.trim()).join(" ");
}

function plainExpression(expression: unknown): Expr {
  if (Array.isArray(expression)) return expression.map(plainExpression) as unknown as Expr;
  if (!isJsonObject(expression)) return expression as unknown as Expr;
  const [name, part] = Object.entries(expression)[0] ?? [];
  // A value may be a record, whose members are no expressions.
  if (name === "Value") return expression as unknown as Expr;
  if (name === "unknown") return unknowns[String((part as readonly [{ readonly Value: string }])[0]?.Value)] as Expr;
  if (name === "&&" && isJsonObject(part)) {
    const [left, right] = [plainExpression(part.left), plainExpression(part.right)];
    if (isTrue(left)) return right;
    return isTrue(right) ? left : ({ "&&": { left, right } } as Expr);
  }
  return Object.fromEntries(Object.entries(expression).map(([key, one]) => [key, plainExpression(one)])) as Expr;
}

const isTrue = (expression: unknown): boolean => isJsonObject(expression) && expression.Value === true;

const member = (left: object, attr: string) => ({ ".": { left, attr } });
const context = { Var: "context" };
const unknowns: Readonly<Record<string, object>> = {
  input: member(context, "input"),
  now: member(member(context, "system"), "now"),
};
