import { createHash } from "node:crypto";
import type { ActionConstraint } from "@cedar-policy/cedar-wasm/nodejs";
import type { Cedar } from "./loadCedar.ts";
import { MOST_POLICIES, MOST_POLICY_CHARACTERS, type Policy, type PolicyPlace } from "./policy.ts";
import { readStatement, uidOf } from "./policyFaults.ts";
import { readsOf } from "./policyReads.ts";

/** A policy as it was written. */
export interface WrittenPolicy {
  readonly name: string;
  /** AgentCore's id, where it was printed. */
  readonly id?: string;
  readonly statement: string;
  readonly mode: Policy["mode"];
  readonly place: PolicyPlace;
}

/** A fault in a policy, at its place. */
export interface PlacedFault {
  readonly place: PolicyPlace;
  /** The character of the statement, counted from 0. */
  readonly at: number;
  readonly problem: string;
}

/**
 * Reads policies, and finds all that AgentCore would not take before it knows the tools.
 *
 * @param gatewayArn undefined where the gateway has none yet: then the policies' resources are not looked at
 */
export function readPolicies(
  written: readonly WrittenPolicy[],
  gatewayArn: string | undefined,
  cedar: Cedar,
): { readonly policies: readonly Policy[]; readonly faults: readonly PlacedFault[] } {
  const policies: Policy[] = [];
  const faults: PlacedFault[] = [];
  const names = new Set<string>();
  for (const { name, id = idOf(name), statement, mode, place } of written) {
    if (names.has(name)) faults.push({ place, at: 0, problem: `another policy is called ${name}` });
    names.add(name);
    const read = readStatement(statement, gatewayArn, cedar);
    if (read.kind === "faulty") faults.push(...read.faults.map((fault) => ({ ...fault, place })));
    else
      policies.push({
        name,
        id,
        statement,
        mode,
        place,
        json: read.json,
        effect: read.json.effect,
        actions: actionsOf(read.json.action),
        reads: readsOf(read.json),
      });
  }
  return { policies, faults: [...faults, ...countFaults(written)] };
}

function countFaults(written: readonly WrittenPolicy[]): readonly PlacedFault[] {
  const beyond = written[MOST_POLICIES];
  const all = written.reduce((sum, { statement }) => sum + statement.length, 0);
  const last = written.at(-1);
  return [
    ...(beyond ? [{ place: beyond.place, at: 0, problem: `an engine has at most ${MOST_POLICIES} policies` }] : []),
    ...(last && all > MOST_POLICY_CHARACTERS
      ? [
          {
            place: last.place,
            at: 0,
            problem: `the policies of a gateway have at most ${MOST_POLICY_CHARACTERS} characters together, found ${all}`,
          },
        ]
      : []),
  ];
}

function actionsOf(action: ActionConstraint): Policy["actions"] {
  if (action.op === "All") return "all";
  if (action.op === "==") return "entity" in action ? [uidOf(action.entity).id] : [];
  return ("entities" in action ? action.entities : [action.entity]).map((one) => uidOf(one).id);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** An id in AgentCore's form for a policy that never was there: the same for the same name. */
const idOf = (name: string): string =>
  `${name}-${[...createHash("sha256").update(name).digest().subarray(0, 10)].map((byte) => LETTERS[byte % LETTERS.length]).join("")}`;
