import type { DetailedError, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { Cedar } from "./loadCedar.ts";
import { LONGEST_STATEMENT, type PolicyFault, SHORTEST_STATEMENT } from "./policy.ts";
import { operatorFaults, unreadFaults } from "./policyDepth.ts";
import { onlyWords } from "./splitPolicies.ts";

/** A policy that Cedar reads, or what keeps it from that. */
export type ReadPolicy =
  | { readonly kind: "read"; readonly json: PolicyJson }
  | { readonly kind: "faulty"; readonly faults: readonly PolicyFault[] };

/**
 * What Dogwood, the language that AgentCore reads, has beyond Cedar. A policy with any of it would mean something else
 * without it, so that it is refused and never skipped.
 */
const beyondCedar = [
  [/\b(?:when|unless)\s+temporal\b/, "a temporal condition needs the calls of a session, which AgentCore alone keeps"],
  [/\b(?:when|unless)\s+guardrails\b/, "a guardrail condition is evaluated by AgentCore alone"],
  [/\bsuppressOutput\b/, "suppressOutput changes a tool's answer, which AgentCore alone does"],
] as const;

/** Reads one statement as AgentCore would at its creation. */
export function readStatement(statement: string, gatewayArn: string | undefined, cedar: Cedar): ReadPolicy {
  const words = onlyWords(statement);
  const dogwood = beyondCedar.flatMap(([pattern, problem]) => {
    const at = words.search(pattern);
    return at === -1 ? [] : [{ at, problem: `this is Dogwood and not Cedar: ${problem}` }];
  });
  if (dogwood.length > 0) return { kind: "faulty", faults: dogwood };
  const deep = unreadFaults(words);
  if (deep.length > 0) return { kind: "faulty", faults: deep };
  const read = cedar.policyToJson(statement);
  if (read.type === "failure") {
    return { kind: "faulty", faults: read.errors.map((error) => faultOf(statement, error)) };
  }
  const faults = [
    ...lengthFaults(statement),
    ...operatorFaults(read.json, Math.max(0, words.search(/\b(?:when|unless)\b/))),
    ...(gatewayArn === undefined ? [] : scopeFaults(read.json, gatewayArn, words)),
  ];
  return faults.length > 0 ? { kind: "faulty", faults } : { kind: "read", json: read.json };
}

/** Cedar's words for a fault, with its hint, at the character it names. */
export function faultOf(statement: string, { message, help, sourceLocations = [] }: DetailedError): PolicyFault {
  const [where] = sourceLocations;
  const problem = message.replace(
    /^(?:failed to parse policy(?: with id `[^`]*`)? from string: |for policy `[^`]*`, )/,
    "",
  );
  const expected = where?.label ? ` (${where.label})` : "";
  return {
    at: charactersIn(statement, where?.start ?? 0),
    problem: `${problem}${expected}${help ? `; ${help}` : ""}`,
  };
}

/** Cedar counts bytes of UTF-8, editors count characters. */
const charactersIn = (text: string, bytes: number): number =>
  Buffer.from(text, "utf8").subarray(0, bytes).toString("utf8").length;

function lengthFaults({ length }: string): readonly PolicyFault[] {
  if (length > LONGEST_STATEMENT) {
    return [{ at: 0, problem: `AgentCore takes at most ${LONGEST_STATEMENT} characters, found ${length}` }];
  }
  if (length >= SHORTEST_STATEMENT) return [];
  return [{ at: 0, problem: `AgentCore takes at least ${SHORTEST_STATEMENT} characters, found ${length}` }];
}

const GATEWAY = "AgentCore::Gateway";

/** AgentCore's rules for a scope: a named action goes with one gateway, and no policy leaves the resource open. */
function scopeFaults({ action, resource }: PolicyJson, gatewayArn: string, words: string): readonly PolicyFault[] {
  const at = Math.max(0, words.search(/\bresource\b/));
  const one = `resource == ${GATEWAY}::"${gatewayArn}"`;
  if (resource.op === "==") {
    const { type, id } = uidOf("entity" in resource ? resource.entity : undefined);
    if (type === GATEWAY && id === gatewayArn) return [];
    return [{ at, problem: `expected ${one}, as gatewayArn says, found ${type}::"${id}"` }];
  }
  if (action.op !== "All") return [{ at, problem: `expected ${one}, since the policy names an action` }];
  if (resource.op === "is" && resource.entity_type === GATEWAY) return [];
  return [{ at, problem: `expected resource is ${GATEWAY} or ${one}: AgentCore refuses a policy for every resource` }];
}

interface Uid {
  readonly type: string;
  readonly id: string;
}

/** An entity as Cedar's JSON has it, in either of its forms. */
export const uidOf = (entity: unknown): Uid =>
  (entity as { readonly __entity?: Uid } | undefined)?.__entity ?? ((entity ?? { type: "", id: "" }) as Uid);
