import { shownValue } from "../../agentcore/authorizer/decisionText.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";
import type { Policy } from "../policies/policy.ts";
import { callWords } from "../policies/policyDenial.ts";
import { placeText } from "../policies/policyPlace.ts";
import { requestWords } from "../policies/requestDenial.ts";
import type { PolicyCaller, PolicyExplanation } from "../policies/toolPolicies.ts";
import { askedPolicies } from "./checkPolicies.ts";

/** A call that somebody asks about. */
export interface AskedCall {
  /** `target___tool`. */
  readonly tool: string;
  /** The arguments as JSON; absent for what is known before there are any. */
  readonly arguments: string | undefined;
}

/** What the policies say of a call, for people and for programs. */
export interface ExplainedPolicies {
  readonly lines: readonly string[];
  readonly json: object;
  /** Whether the call would reach its target. */
  readonly passes: boolean;
}

/**
 * Says what the policies of a gateway decide about a call of somebody. The target is asked for its tools.
 *
 * @throws Error with a message for people, where the call cannot be asked about
 */
export async function explainPolicies(
  asked: AskedCall,
  options: GatewayOptions,
  from: PolicyCaller | undefined,
): Promise<ExplainedPolicies> {
  const named = splitName(asked.tool);
  const { targets, pathTargets = [] } = options;
  const target = [...targets, ...pathTargets].find(({ name }) => name === named?.target);
  if (named === undefined || target === undefined) {
    throw new Error(`--tool: expected target___tool with a target of the file, found ${asked.tool}`);
  }
  const input = asked.arguments === undefined ? undefined : argumentsOf(asked.arguments);
  if (options.policies === undefined) {
    return { lines: ["policies: the file has none, so that every call passes"], json: {}, passes: true };
  }
  const asking = targets.filter(({ name }) => name === target.name);
  const { policies, silent } = await askedPolicies({ ...options, targets: asking });
  try {
    if (policies === undefined || silent.has(target.name))
      throw new Error(`${target.name} could not be asked for its tools`);
    const explained = policies.explain({ ...named, input }, from);
    const unfit = policies.unfit().map(({ place, at, problem }) => `${placeText(place, at)}: ${problem}`);
    const denies = (explained.verdict?.decision ?? explained.before.decision) === "deny";
    return {
      lines: [
        ...explanationLines(explained, { enforces: policies.enforces, isRequest: asking.length === 0 }),
        ...unfit.map((line) => `  left out, since it does not fit: ${line}`),
      ],
      json: { policies: { ...explanationJson(explained), mode: options.policies.mode, unfit } },
      passes: !denies || !policies.enforces,
    };
  } finally {
    policies?.close();
  }
}

function argumentsOf(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`--arguments: this is not JSON: ${(error as Error).message}`);
  }
  if (!isJsonObject(value)) throw new Error("--arguments: expected an object of JSON");
  return value;
}

function explanationLines(
  { principal, verdict, before }: PolicyExplanation,
  { enforces, isRequest }: { readonly enforces: boolean; readonly isRequest: boolean },
): readonly string[] {
  const logOnly = enforces ? "" : ", which LOG_ONLY only logs";
  return [
    `policies: ${answerOf(verdict, before)}${logOnly}`,
    ...(verdict?.policies ?? []).map((policy) => `  decided by ${described(policy)}`),
    ...(verdict?.decision === "deny" && enforces ? [`  the caller is told: ${denialWords(verdict, isRequest)}`] : []),
    ...(verdict?.logOnly ?? []).map((policy) => `  would match, and is LOG_ONLY: ${described(policy)}`),
    ...(verdict?.skipped ?? []).map(({ policy, problem }) => `  left out by Cedar: ${policy}: ${problem}`),
    `  caller: ${principal.type}::${JSON.stringify(principal.id)}`,
    ...Object.entries(principal.tags).map(([name, value]) => `  tag ${name}: ${shownValue(value)}`),
    ...(isRequest ? [] : [`  tools/list ${before.decision === "deny" && enforces ? "hides" : "shows"} the tool`]),
    ...before.residuals.map(({ policy, condition }) => `  left of ${described(policy)}: ${condition}`),
  ];
}

function answerOf(verdict: PolicyExplanation["verdict"], before: PolicyExplanation["before"]): string {
  if (verdict === undefined) {
    return {
      allow: "allowed, whatever the arguments are",
      deny: "denied, whatever the arguments are",
      depends: "it depends on the arguments or the time",
    }[before.decision];
  }
  if (verdict.problem !== undefined) return `denied: ${verdict.problem}`;
  if (verdict.decision === "allow") return "allowed";
  return verdict.policies.length > 0 ? "denied by a forbid" : "denied, since no permit matches";
}

const described = ({ name, effect, place }: Policy): string => `${name} (${effect}, ${placeText(place, 0)})`;

/** What the caller is told: a tool's failure, or the answer of an HTTP target. */
const denialWords = (verdict: NonNullable<PolicyExplanation["verdict"]>, isRequest: boolean): string =>
  isRequest ? `HTTP 403, ${requestWords(verdict)}` : callWords(verdict);

function explanationJson({ principal, verdict, before }: PolicyExplanation): object {
  const names = (policies: readonly Policy[]) => policies.map(({ name }) => name);
  return {
    principal,
    ...(verdict && {
      ...{ decision: verdict.decision, decidedBy: names(verdict.policies), logOnly: names(verdict.logOnly) },
      ...(verdict.problem !== undefined && { problem: verdict.problem }),
      skipped: verdict.skipped,
    }),
    before: {
      decision: before.decision,
      residuals: before.residuals.map(({ policy, condition }) => ({ policy: policy.name, condition })),
    },
  };
}
