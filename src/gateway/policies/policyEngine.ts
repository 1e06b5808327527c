import { callerPolicies } from "./callerPolicies.ts";
import { answered } from "./cedarAnswer.ts";
import { cedarNames } from "./cedarNames.ts";
import { actionOf, cedarSchema, groupsOf, type PolicyAction, type PolicyTool } from "./cedarSchema.ts";
import { cedarValue, declaredOnly, Misfit } from "./cedarValues.ts";
import type { Cedar } from "./loadCedar.ts";
import { type Foreseen, partialAnswer } from "./partialAnswer.ts";
import type { Policy, PolicyRules } from "./policy.ts";
import { type PolicyFit, policyFit } from "./policyFit.ts";
import { policyForesight } from "./policyForesight.ts";
import type { PolicyPrincipal } from "./policyPrincipal.ts";
import { joinedReads, lookedAt, type PolicyReads, readKey } from "./policyReads.ts";
import { sliceVerdict } from "./policySlice.ts";
import { denied, type PolicyVerdict } from "./policyVerdict.ts";
import { MOST_REMEMBERED, type Remembered, remembered } from "./remembered.ts";

/** A call that policies are asked about. */
export interface PolicyRequest {
  readonly principal: PolicyPrincipal;
  readonly tool: PolicyTool;
  /** The call's `arguments`. */
  readonly input: unknown;
  /** Milliseconds since the epoch, for `context.system.now`. */
  readonly now: number;
}

/** Decides about calls by Cedar's rules: denied unless a permit matches, and no forbid does. */
export interface PolicyEngine {
  readonly rules: PolicyRules;
  decide(request: PolicyRequest): PolicyVerdict;
  /** What is known of the decision about a tool before its arguments are. */
  before(action: PolicyAction, principal: PolicyPrincipal): Foreseen;
  /** The same without the conditions that are left, for lists of tools. */
  foresee(action: PolicyAction, principal: PolicyPrincipal): Foreseen["decision"];
  /**
   * Checks the policies against the tools, as AgentCore does when they are created. Those that do not fit are in effect no
   * longer, as they would not exist there.
   *
   * @param targets the targets whose tools are among these; what names another target's is left for later
   */
  fit(tools: readonly PolicyTool[], targets: ReadonlySet<string>): PolicyFit;
  /** The schema of tools, in Cedar's language. */
  schema(tools: readonly PolicyTool[]): string;
  /** Forgets what Cedar keeps for it. */
  close(): void;
}

/** What is prepared for the calls of one tool. */
interface Prepared {
  readonly tool: PolicyTool;
  readonly schema: string;
  readonly active: readonly Policy[];
  readonly logOnly: readonly Policy[];
  readonly reads: PolicyReads;
  readonly verdicts: Remembered<PolicyVerdict>;
}

/** @throws Error when Cedar does not take policies that it has read */
export function createPolicyEngine(rules: PolicyRules, cedar: Cedar): PolicyEngine {
  const { gatewayArn } = rules;
  const names = cedarNames();
  const prepared = new Map<string, Prepared>();
  let unfit: ReadonlySet<Policy> = new Set();

  const about = (action: PolicyAction, mode: Policy["mode"]): readonly Policy[] => {
    const ids = new Set([actionOf(action), ...groupsOf(action)]);
    return rules.policies.filter(
      (one) =>
        one.mode === mode && !unfit.has(one) && (one.actions === "all" || one.actions.some((named) => ids.has(named))),
    );
  };
  const callers = callerPolicies({ cedar, names, gatewayArn });
  const foresight = policyForesight({ cedar, names, gatewayArn, callers, about: (action) => about(action, "ACTIVE") });

  function preparedFor(tool: PolicyTool): Prepared {
    const action = actionOf(tool);
    const known = prepared.get(action);
    if (known?.tool === tool) return known;
    const schema = known?.schema ?? names.next();
    answered(cedar.preparseSchema(schema, cedarSchema([tool])));
    const active = known?.active ?? about(tool, "ACTIVE");
    const logOnly = known?.logOnly ?? about(tool, "LOG_ONLY");
    const made = {
      ...{ tool, schema, active, logOnly },
      reads: joinedReads([...active, ...logOnly].map(({ reads }) => reads)),
      verdicts: remembered<PolicyVerdict>(MOST_REMEMBERED),
    };
    prepared.set(action, made);
    return made;
  }

  function forget(): void {
    names.release();
    prepared.clear();
    foresight.forget();
    callers.forget();
  }

  return {
    rules,
    decide({ principal, tool, input, now }) {
      const { schema, active, logOnly, reads, verdicts } = preparedFor(tool);
      if (active.length === 0 && logOnly.length === 0) return denied;
      let arguments_: ReturnType<typeof cedarValue>;
      try {
        const given = tool.isRequest ? declaredOnly(input, tool.input) : input;
        arguments_ = cedarValue(given ?? {}, tool.input, "");
      } catch (error) {
        if (error instanceof Misfit) return { ...denied, problem: error.message };
        throw error;
      }
      const context = { input: arguments_, system: { now: datetime(now) } };
      const caller = lookedAt(principal, reads);
      const question = { principal: caller, action: tool, gatewayArn, schema, context };
      const judge = (): PolicyVerdict => ({
        ...sliceVerdict(callers.slice(active, caller), question, cedar),
        logOnly: sliceVerdict(callers.slice(logOnly, caller), question, cedar).policies,
      });
      // The same call is judged alike for as long as the policies are the same, unless they look at the time.
      return reads.now ? judge() : verdicts.get(readKey(reads, principal, arguments_), judge);
    },
    before: (action, principal) =>
      partialAnswer({ policies: about(action, "ACTIVE"), action, principal, gatewayArn }, cedar),
    foresee: foresight.decision,
    fit(tools, targets) {
      const found = policyFit(rules.policies, tools, targets, cedar);
      const { policies } = found;
      const same = policies.size === unfit.size && [...policies].every((one) => unfit.has(one));
      unfit = policies;
      if (!same) forget();
      return found;
    },
    schema: (tools) => answered(cedar.schemaToText(cedarSchema(tools))).text,
    close: forget,
  };
}

const datetime = (now: number) => ({ __extn: { fn: "datetime", arg: new Date(now).toISOString() } });
