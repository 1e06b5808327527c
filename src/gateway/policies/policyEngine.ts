import type { AuthorizationAnswer } from "@cedar-policy/cedar-wasm/nodejs";
import { answered, failureText } from "./cedarAnswer.ts";
import { type CedarNames, cedarNames } from "./cedarNames.ts";
import { ACTION, actionOf, cedarSchema, GATEWAY, gatewayEntity, groupsOf, type PolicyTool } from "./cedarSchema.ts";
import { cedarValue, Misfit } from "./cedarValues.ts";
import type { Cedar } from "./loadCedar.ts";
import { type Foreseen, partialAnswer } from "./partialAnswer.ts";
import { type Policy, type PolicyRules, statements } from "./policy.ts";
import { type PolicyFit, policyFit } from "./policyFit.ts";
import { type PolicyPrincipal, principalEntity } from "./policyPrincipal.ts";

/** A call that policies are asked about. */
export interface PolicyRequest {
  readonly principal: PolicyPrincipal;
  readonly tool: PolicyTool;
  /** The call's `arguments`. */
  readonly input: unknown;
  /** Milliseconds since the epoch, for `context.system.now`. */
  readonly now: number;
}

/** What the policies say about one call. */
export interface PolicyVerdict {
  readonly decision: "allow" | "deny";
  /** The policies that decided: permits of an allowed call, forbids of a denied one, none where no permit matched. */
  readonly policies: readonly Policy[];
  /** Why the policies could not be asked; the call is denied then. */
  readonly problem?: string;
  /** Policies with a fault at run time, an overflow say. Cedar leaves them out of the decision. */
  readonly skipped: readonly { readonly policy: string; readonly problem: string }[];
  /** The LOG_ONLY policies that the call meets. */
  readonly logOnly: readonly Policy[];
}

/** Decides about calls by Cedar's rules: denied unless a permit matches, and no forbid does. */
export interface PolicyEngine {
  readonly rules: PolicyRules;
  decide(request: PolicyRequest): PolicyVerdict;
  /** What is known of the decision about a tool before its arguments are. */
  before(tool: Pick<PolicyTool, "target" | "name">, principal: PolicyPrincipal): Foreseen;
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
  readonly active: Slice;
  readonly logOnly: Slice;
}

/** The policies that can say anything about a tool, as Cedar keeps them; without a name where there are none. */
interface Slice {
  readonly name: string | undefined;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** @throws Error when Cedar does not take policies that it has read */
export function createPolicyEngine(rules: PolicyRules, cedar: Cedar): PolicyEngine {
  const names = cedarNames();
  const prepared = new Map<string, Prepared>();
  let unfit: ReadonlySet<Policy> = new Set();

  const about = ({ target, name }: Pick<PolicyTool, "target" | "name">, mode: Policy["mode"]) => {
    const ids = new Set([actionOf({ target, name }), ...groupsOf(target)]);
    return rules.policies.filter(
      (one) =>
        one.mode === mode &&
        !unfit.has(one) &&
        (one.actions === "all" || one.actions.some((action) => ids.has(action))),
    );
  };

  function preparedFor(tool: PolicyTool): Prepared {
    const action = actionOf(tool);
    const known = prepared.get(action);
    if (known?.tool === tool) return known;
    const schema = known?.schema ?? names.next();
    answered(cedar.preparseSchema(schema, cedarSchema([tool])));
    const made = {
      ...{ tool, schema },
      active: known?.active ?? slice(about(tool, "ACTIVE"), cedar, names),
      logOnly: known?.logOnly ?? slice(about(tool, "LOG_ONLY"), cedar, names),
    };
    prepared.set(action, made);
    return made;
  }

  return {
    rules,
    decide({ principal, tool, input, now }) {
      const { schema, active, logOnly } = preparedFor(tool);
      const denied = { decision: "deny" as const, policies: [], skipped: [], logOnly: [] };
      if (active.name === undefined && logOnly.name === undefined) return denied;
      let arguments_: ReturnType<typeof cedarValue>;
      try {
        arguments_ = cedarValue(input ?? {}, tool.input, "");
      } catch (error) {
        if (error instanceof Misfit) return { ...denied, problem: error.message };
        throw error;
      }
      const { gatewayArn } = rules;
      const ask = ({ name }: Slice): AuthorizationAnswer | undefined =>
        name === undefined
          ? undefined
          : cedar.statefulIsAuthorized({
              principal: { type: principal.type, id: principal.id },
              action: { type: ACTION, id: actionOf(tool) },
              resource: { type: GATEWAY, id: gatewayArn },
              context: { input: arguments_, system: { now: datetime(now) } },
              entities: [principalEntity(principal), gatewayEntity(gatewayArn)],
              preparsedSchemaName: schema,
              validateRequest: true,
              preparsedPolicySetId: name,
            });
      const said = verdictOf(ask(active), active);
      const alsoSaid = verdictOf(ask(logOnly), logOnly);
      return { ...said, logOnly: alsoSaid.policies };
    },
    before: (tool, principal) =>
      partialAnswer({ policies: about(tool, "ACTIVE"), tool, principal, gatewayArn: rules.gatewayArn }, cedar),
    fit(tools, targets) {
      const found = policyFit(rules.policies, tools, targets, cedar);
      const { policies } = found;
      const same = policies.size === unfit.size && [...policies].every((one) => unfit.has(one));
      unfit = policies;
      if (!same) {
        names.release();
        prepared.clear();
      }
      return found;
    },
    schema(tools) {
      return answered(cedar.schemaToText(cedarSchema(tools))).text;
    },
    close() {
      names.release();
      prepared.clear();
    },
  };
}

function slice(policies: readonly Policy[], cedar: Cedar, names: CedarNames): Slice {
  if (policies.length === 0) return { name: undefined, policies: new Map() };
  const name = names.next();
  answered(cedar.preparsePolicySet(name, { staticPolicies: statements(policies) }));
  return { name, policies: new Map(policies.map((one) => [one.id, one])) };
}

function verdictOf(answer: AuthorizationAnswer | undefined, { policies }: Slice): PolicyVerdict {
  const nothing = { decision: "deny" as const, policies: [], skipped: [], logOnly: [] };
  if (answer === undefined) return nothing;
  if (answer.type === "failure") return { ...nothing, problem: failureText(answer) };
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

const datetime = (now: number) => ({ __extn: { fn: "datetime", arg: new Date(now).toISOString() } });
