import type { ValidationError } from "@cedar-policy/cedar-wasm/nodejs";
import { splitName } from "../../lib/qualifiedName.ts";
import { answered } from "./cedarAnswer.ts";
import { CALL_TOOL, cedarSchema, MCP, type PolicyTool } from "./cedarSchema.ts";
import type { Cedar } from "./loadCedar.ts";
import { LONGEST_SCHEMA_BYTES, type Policy, statements } from "./policy.ts";
import { faultOf } from "./policyFaults.ts";
import type { PlacedFault } from "./readPolicies.ts";

/** What of the policies does not fit the tools. */
export interface PolicyFit {
  readonly faults: readonly PlacedFault[];
  /** What AgentCore refuses unless it is told to ignore its findings: a policy that can never match, say. */
  readonly notes: readonly PlacedFault[];
  /** The policies with a fault. */
  readonly policies: ReadonlySet<Policy>;
}

/**
 * Checks policies against the schema of the tools: names of tools and arguments, types, tags that are read without being
 * asked for, optional arguments without `has`. AgentCore refuses to create a policy with any of it.
 *
 * @param targets the targets whose tools are known; a policy that names another's is not judged
 */
export function policyFit(
  policies: readonly Policy[],
  tools: readonly PolicyTool[],
  targets: ReadonlySet<string>,
  cedar: Cedar,
): PolicyFit {
  const judged = policies.filter(({ actions }) => actions === "all" || actions.every((one) => isKnown(one, targets)));
  // Without any tool a policy for all of them has nothing to be checked against.
  if (judged.length === 0 || tools.length === 0) return { faults: [], notes: [], policies: new Set() };
  const schema = cedarSchema(tools);
  const answer = answered(cedar.validate({ schema, policies: { staticPolicies: statements(judged) } }));
  const byId = new Map(judged.map((one) => [one.id, one]));
  const placed = ({ policyId, error }: ValidationError): readonly PlacedFault[] => {
    const policy = byId.get(policyId);
    return policy ? [{ place: policy.place, ...faultOf(policy.statement, error) }] : [];
  };
  const order = [...byId.keys()];
  const inOrder = (found: readonly ValidationError[]) =>
    [...found].sort((a, b) => order.indexOf(a.policyId) - order.indexOf(b.policyId));
  const wrong = new Set(answer.validationErrors.flatMap(({ policyId }) => byId.get(policyId) ?? []));
  const faults = [...inOrder(answer.validationErrors).flatMap(placed), ...sizeFaults(judged, schema, cedar)];
  const warned = inOrder(answer.validationWarnings).filter(({ policyId }) => !wrong.has(byId.get(policyId) as Policy));
  return { faults, notes: warned.flatMap(placed), policies: wrong };
}

function isKnown(action: string, targets: ReadonlySet<string>): boolean {
  if (action === CALL_TOOL || action === MCP) return true;
  return targets.has(splitName(action)?.target ?? action);
}

function sizeFaults([first]: readonly Policy[], schema: ReturnType<typeof cedarSchema>, cedar: Cedar) {
  const text = cedar.schemaToText(schema);
  const bytes = text.type === "success" ? Buffer.byteLength(text.text) : 0;
  if (first === undefined || bytes <= LONGEST_SCHEMA_BYTES) return [];
  const problem = `the schema of all tools has ${bytes} bytes, and AgentCore takes ${LONGEST_SCHEMA_BYTES}`;
  return [{ place: first.place, at: 0, problem }];
}
