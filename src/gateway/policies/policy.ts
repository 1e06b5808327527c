import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { PolicyReads } from "./policyReads.ts";

/** Where the text of a policy stands, for whoever has to mend it. */
export interface PolicyPlace {
  /** The `.cedar` file; absent when the policy stands in the gateway's own file. */
  readonly file?: string;
  /** The path in the gateway's file, such as `policies[0].definition.cedar.statement`. */
  readonly path: string;
  /** The position of a character of the statement, counted from 0, in that file. */
  position(at: number): { readonly line: number; readonly column: number };
}

/** One policy of the engine. */
export interface Policy {
  /** AgentCore's name for it: a letter, then letters, digits and underscores. */
  readonly name: string;
  /** What a denial names: the name with a suffix of ten characters, as AgentCore's ids have one. */
  readonly id: string;
  readonly statement: string;
  /** The statement as Cedar read it. */
  readonly json: PolicyJson;
  readonly effect: "permit" | "forbid";
  /** LOG_ONLY: it is evaluated and logged, and decides nothing. */
  readonly mode: "ACTIVE" | "LOG_ONLY";
  /** The actions and groups of its scope; `all` for every action. */
  readonly actions: readonly string[] | "all";
  readonly reads: PolicyReads;
  readonly place: PolicyPlace;
}

/**
 * Policies as Cedar is given them: each statement under its id.
 *
 * @param statementOf another statement in the place of a policy's own, where it has one
 */
export const statements = (
  policies: readonly Policy[],
  statementOf: (policy: Policy) => string | undefined = () => undefined,
): Record<string, string> =>
  Object.fromEntries(policies.map((policy) => [policy.id, statementOf(policy) ?? policy.statement]));

/** The policies of a gateway, as its engine has them. */
export interface PolicyRules {
  /** LOG_ONLY: every call passes, and what would have been decided is logged. */
  readonly mode: "LOG_ONLY" | "ENFORCE";
  /** The resource of every request. */
  readonly gatewayArn: string;
  readonly policies: readonly Policy[];
}

/** Something in a policy that the engine does not take, at a character of its statement. */
export interface PolicyFault {
  readonly at: number;
  readonly problem: string;
}

/** AgentCore's limits (AWS, AgentCore developer guide, policy limitations). */
export const MOST_POLICIES = 1000;
export const LONGEST_STATEMENT = 10_000;
export const SHORTEST_STATEMENT = 35;
export const MOST_POLICY_CHARACTERS = 200_000;
export const LONGEST_SCHEMA_BYTES = 400_000;
