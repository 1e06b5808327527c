import { isDeepStrictEqual } from "node:util";
import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { jsonBody } from "../../mcp/servedBody.ts";
import type { PolicyTarget } from "../http/pathTarget.ts";
import type { PolicyTool } from "./cedarSchema.ts";
import { inputType } from "./cedarTypes.ts";
import type { Foreseen } from "./partialAnswer.ts";
import type { PolicyEngine } from "./policyEngine.ts";
import type { PolicyFit } from "./policyFit.ts";
import { anyonePrincipal, oauthPrincipal, type PolicyPrincipal } from "./policyPrincipal.ts";
import { denied, type PolicyVerdict } from "./policyVerdict.ts";
import type { PlacedFault } from "./readPolicies.ts";
import { requestActions, requestName } from "./requestActions.ts";

/** Who calls, for the policies: the claims of the token at hand, if there is one, or somebody who has none. */
export interface PolicyCaller {
  readonly claims?: () => Claims | undefined;
  /** Whoever signed the request. */
  readonly signer?: PolicyPrincipal;
}

/** The policies of a gateway, asked about tools by the names that callers know. */
export interface ToolPolicies {
  readonly enforces: boolean;
  /**
   * @param tools what the target lists; a tool that is not among them is denied
   */
  judge(call: ToolCall, from: PolicyCaller | undefined): PolicyVerdict;
  /** The same of a request to a target with a path of its own. */
  judgeRequest(request: TargetRequest, from: PolicyCaller | undefined): PolicyVerdict;
  /** The tools of a list that some arguments may call (AWS, AgentCore developer guide, "Use a gateway with a policy"). */
  shown(tools: readonly Json[], from: PolicyCaller | undefined): readonly Json[];
  /** The decision about a call with all that led to it; without `input`, what is known before there are arguments. */
  explain(
    call: Omit<ToolCall, "input"> & { readonly input?: unknown },
    from: PolicyCaller | undefined,
  ): PolicyExplanation;
  /** The schema of the tools that are known, in Cedar. */
  schema(): string;
  /** What of the policies does not fit the tools that are known. */
  unfit(): readonly PlacedFault[];
  /** What AgentCore may refuse for its findings, although it can be decided. */
  notes(): readonly PlacedFault[];
  close(): void;
}

/** Why a call is allowed or denied. */
export interface PolicyExplanation {
  readonly principal: PolicyPrincipal;
  /** Absent without arguments. */
  readonly verdict?: PolicyVerdict;
  /** What caller and tool alone decide, and the conditions that are left. */
  readonly before: Foreseen;
}

export interface ToolCall {
  readonly target: string;
  /** The target's own name for the tool. */
  readonly name: string;
  readonly input: unknown;
}

/** A request to a target with a path of its own. */
export interface TargetRequest {
  readonly target: string;
  readonly method: string;
  /** The part below the target's name, without a query. */
  readonly path: string;
  readonly body: Uint8Array;
}

export interface ToolPoliciesWorld {
  /** The targets with paths of their own, which do not change. */
  readonly pathTargets?: readonly PolicyTarget[];
  /** The targets' names. */
  readonly targets: () => readonly string[];
  /** The tools that a target listed last. */
  readonly toolsOf: (target: string) => readonly Json[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when the tools changed and policies do not fit them. */
  readonly onUnfit: (faults: readonly PlacedFault[]) => void;
}

export function toolPolicies(engine: PolicyEngine, world: ToolPoliciesWorld): ToolPolicies {
  /** What each target listed, by identity: targets list the same again and again. */
  const listed = new Map<string, readonly Json[]>();
  const tools = new Map<string, ReadonlyMap<string, PolicyTool>>();
  const { pathTargets = [] } = world;
  const requests = new Map(pathTargets.map((one) => [one.name, requestActions(one, engine.rules.policies)]));
  let isFirst = requests.size > 0;
  let fit: Pick<PolicyFit, "faults" | "notes"> = { faults: [], notes: [] };

  /** Takes up what targets have listed since; the policies are checked against it. */
  function update(): void {
    const names = world.targets();
    let changed = [...tools.keys()].filter((name) => !names.includes(name));
    for (const gone of changed) {
      tools.delete(gone);
      listed.delete(gone);
    }
    for (const name of names) {
      const now = world.toolsOf(name);
      const before = listed.get(name);
      if (now === before || now.length === 0) continue;
      listed.set(name, now);
      if (before !== undefined && isDeepStrictEqual(now, before)) continue;
      tools.set(name, toolsByName(name, now));
      changed = [...changed, name];
    }
    if (changed.length === 0 && !isFirst) return;
    isFirst = false;
    const before = fit;
    fit = engine.fit(allKnown(), new Set([...tools.keys(), ...requests.keys()]));
    const same = isDeepStrictEqual(faultKeys(fit.faults), faultKeys(before.faults));
    if (fit.faults.length > 0 && !same) world.onUnfit(fit.faults);
  }

  const allKnown = (): readonly PolicyTool[] => [
    ...[...tools.values()].flatMap((known) => [...known.values()]),
    ...[...requests.values()].flatMap(({ all }) => [...all.values()]),
  ];

  const toolOf = ({ target, name }: Pick<ToolCall, "target" | "name">): PolicyTool | undefined =>
    requests.get(target)?.find(name) ?? tools.get(target)?.get(name);

  function may(name: unknown, principal: PolicyPrincipal): boolean {
    const named = splitName(name);
    // The gateway's own tool for searching is no action.
    return named === undefined || engine.foresee(named, principal) !== "deny";
  }

  function judge({ target, name, input }: ToolCall, from: PolicyCaller | undefined): PolicyVerdict {
    update();
    const tool = toolOf({ target, name });
    if (tool !== undefined) return engine.decide({ principal: principalOf(from), tool, input, now: world.now() });
    const problem = requests.has(target) ? `the schema of ${target} has no ${name}` : `${target} has no tool ${name}`;
    return { ...denied, problem };
  }

  return {
    enforces: engine.rules.mode === "ENFORCE",
    judge,
    judgeRequest: ({ target, method, path, body }, from) =>
      judge({ target, name: requestName(method, path), input: objectIn(body) }, from),
    explain({ target, name, input }, from) {
      const verdict = input === undefined ? undefined : judge({ target, name, input }, from);
      update();
      const principal = principalOf(from);
      const before = engine.before(toolOf({ target, name }) ?? { target, name }, principal);
      return { principal, ...(verdict && { verdict }), before };
    },
    schema() {
      update();
      return engine.schema(allKnown());
    },
    shown(items, from) {
      update();
      const principal = principalOf(from);
      return items.filter(({ name }) => may(name, principal));
    },
    unfit() {
      update();
      return fit.faults;
    },
    notes() {
      update();
      return fit.notes;
    },
    close: () => engine.close(),
  };
}

/** The JSON of a body; nothing where it is none, or no object. */
function objectIn(body: Uint8Array): unknown {
  const value = jsonBody(body);
  return isJsonObject(value) ? value : undefined;
}

/** The tools of a target as policies know them. */
export const toolsByName = (target: string, items: readonly Json[]): ReadonlyMap<string, PolicyTool> =>
  new Map(
    items.map(({ name, inputSchema }) => [String(name), { target, name: String(name), input: inputType(inputSchema) }]),
  );

function principalOf(from: PolicyCaller | undefined): PolicyPrincipal {
  if (from?.signer) return from.signer;
  const claims = from?.claims?.();
  return claims === undefined ? anyonePrincipal : oauthPrincipal(claims);
}

const faultKeys = (faults: readonly PlacedFault[]) =>
  faults.map(({ place, at, problem }) => [place.file, place.path, at, problem]);
