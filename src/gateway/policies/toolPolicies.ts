import { isDeepStrictEqual } from "node:util";
import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { PolicyTool } from "./cedarSchema.ts";
import { inputType } from "./cedarTypes.ts";
import type { Foreseen } from "./partialAnswer.ts";
import type { PolicyEngine, PolicyVerdict } from "./policyEngine.ts";
import type { PolicyFit } from "./policyFit.ts";
import { anyonePrincipal, oauthPrincipal, type PolicyPrincipal } from "./policyPrincipal.ts";
import type { PlacedFault } from "./readPolicies.ts";

/** Who calls, for the policies: the claims of the token at hand, if there is one. */
export interface PolicyCaller {
  readonly claims: () => Claims | undefined;
}

/** The policies of a gateway, asked about tools by the names that callers know. */
export interface ToolPolicies {
  readonly enforces: boolean;
  /**
   * @param tools what the target lists; a tool that is not among them is denied
   */
  judge(call: ToolCall, from: PolicyCaller | undefined): PolicyVerdict;
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

export interface ToolPoliciesWorld {
  /** The targets' names. */
  readonly targets: () => readonly string[];
  /** The tools that a target listed last. */
  readonly toolsOf: (target: string) => readonly Json[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when the tools changed and policies do not fit them. */
  readonly onUnfit: (faults: readonly PlacedFault[]) => void;
}

/** How many callers' lists are remembered. */
const MOST_CALLERS = 500;

export function toolPolicies(engine: PolicyEngine, world: ToolPoliciesWorld): ToolPolicies {
  /** What each target listed, by identity: targets list the same again and again. */
  const listed = new Map<string, readonly Json[]>();
  const tools = new Map<string, ReadonlyMap<string, PolicyTool>>();
  /** Which tools each caller may see, the caller who came last at the end. */
  const seen = new Map<string, Map<string, Foreseen["decision"]>>();
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
    if (changed.length === 0) return;
    seen.clear();
    const before = fit;
    fit = engine.fit(
      [...tools.values()].flatMap((known) => [...known.values()]),
      new Set(tools.keys()),
    );
    const same = isDeepStrictEqual(faultKeys(fit.faults), faultKeys(before.faults));
    if (fit.faults.length > 0 && !same) world.onUnfit(fit.faults);
  }

  function seenBy({ type, id, tags }: PolicyPrincipal): Map<string, Foreseen["decision"]> {
    const key = JSON.stringify([type, id, tags]);
    const known = seen.get(key) ?? new Map<string, Foreseen["decision"]>();
    seen.delete(key);
    seen.set(key, known);
    if (seen.size > MOST_CALLERS) seen.delete(seen.keys().next().value as string);
    return known;
  }

  function may(name: unknown, principal: PolicyPrincipal, known: Map<string, Foreseen["decision"]>): boolean {
    const named = splitName(name);
    // The gateway's own tool for searching is no action.
    if (named === undefined) return true;
    const decision = known.get(name as string) ?? engine.before(named, principal).decision;
    known.set(name as string, decision);
    return decision !== "deny";
  }

  function judge({ target, name, input }: ToolCall, from: PolicyCaller | undefined): PolicyVerdict {
    update();
    const tool = tools.get(target)?.get(name);
    if (tool !== undefined) return engine.decide({ principal: principalOf(from), tool, input, now: world.now() });
    const problem = `${target} has no tool ${name}`;
    return { decision: "deny", policies: [], problem, skipped: [], logOnly: [] };
  }

  return {
    enforces: engine.rules.mode === "ENFORCE",
    judge,
    explain({ target, name, input }, from) {
      const verdict = input === undefined ? undefined : judge({ target, name, input }, from);
      update();
      const principal = principalOf(from);
      return { principal, ...(verdict && { verdict }), before: engine.before({ target, name }, principal) };
    },
    schema() {
      update();
      return engine.schema([...tools.values()].flatMap((known) => [...known.values()]));
    },
    shown(items, from) {
      update();
      const principal = principalOf(from);
      const known = seenBy(principal);
      return items.filter(({ name }) => may(name, principal, known));
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

/** The tools of a target as policies know them. */
export const toolsByName = (target: string, items: readonly Json[]): ReadonlyMap<string, PolicyTool> =>
  new Map(
    items.map(({ name, inputSchema }) => [String(name), { target, name: String(name), input: inputType(inputSchema) }]),
  );

function principalOf(from: PolicyCaller | undefined): PolicyPrincipal {
  const claims = from?.claims();
  return claims === undefined ? anyonePrincipal : oauthPrincipal(claims);
}

const faultKeys = (faults: readonly PlacedFault[]) =>
  faults.map(({ place, at, problem }) => [place.file, place.path, at, problem]);
