import type { CallerPolicies } from "./callerPolicies.ts";
import type { CedarNames } from "./cedarNames.ts";
import { actionOf, type PolicyAction } from "./cedarSchema.ts";
import type { Cedar } from "./loadCedar.ts";
import { type Foreseen, partialDecision } from "./partialAnswer.ts";
import type { Policy } from "./policy.ts";
import type { PolicyPrincipal } from "./policyPrincipal.ts";
import { joinedReads, lookedAt, type PolicyReads, readKey, readsCall } from "./policyReads.ts";
import { type PolicySlice, policySlice, sliceVerdict } from "./policySlice.ts";
import { MOST_REMEMBERED, type Remembered, remembered } from "./remembered.ts";

/** Decides before there is a call which tools a list shows to a caller, as AgentCore leaves out those that are denied for sure. */
export interface PolicyForesight {
  decision(action: PolicyAction, principal: PolicyPrincipal): Foreseen["decision"];
  /** Forgets all, when the policies are others. */
  forget(): void;
}

interface ForesightWorld {
  readonly cedar: Cedar;
  readonly names: CedarNames;
  readonly gatewayArn: string;
  readonly callers: Pick<CallerPolicies, "met">;
  /** The policies that can say anything about an action. */
  readonly about: (action: PolicyAction) => readonly Policy[];
}

/** What is prepared for the lists that have one tool. */
interface Foreknown {
  readonly reads: PolicyReads;
  /** The policies that look at nothing but the caller: they are decided before there is a call. */
  readonly certain: PolicySlice;
  readonly others: readonly Policy[];
  readonly decisions: Remembered<Foreseen["decision"]>;
}

/**
 * Decides by Cedar's partial evaluation, with the arguments and the time as unknowns, and asks for as few of these as can be:
 * Cedar parses the policies anew for each, which is most of what a list costs. Policies that look at the caller alone are decided
 * in the ordinary way, the others once for all callers that differ in nothing they look at.
 */
export function policyForesight({ cedar, names, gatewayArn, callers, about }: ForesightWorld): PolicyForesight {
  const foreknown = new Map<string, Foreknown>();

  function foreknownOf(action: PolicyAction): Foreknown {
    const name = actionOf(action);
    const known = foreknown.get(name);
    if (known) return known;
    const policies = about(action);
    const certain = policies.filter(({ reads }) => !readsCall(reads));
    const made = {
      reads: joinedReads(policies.map(({ reads }) => reads)),
      certain: policySlice(certain, { cedar, names }),
      others: policies.filter(({ reads }) => readsCall(reads)),
      decisions: remembered<Foreseen["decision"]>(MOST_REMEMBERED),
    };
    foreknown.set(name, made);
    return made;
  }

  return {
    decision(action, caller) {
      const { reads, certain, others, decisions } = foreknownOf(action);
      const principal = lookedAt(caller, reads);
      return decisions.get(readKey(reads, principal, {}), () => {
        const { decision, policies } = sliceVerdict(certain, { principal, action, gatewayArn, context: {} }, cedar);
        const [decisive] = policies;
        // A forbid that matches whatever the call says, or nothing that looks at the call.
        if (decisive?.effect === "forbid" || others.length === 0) return decision;
        const asked = [...callers.met(others, principal), ...(decisive ? [decisive] : [])];
        return partialDecision({ policies: asked, action, principal, gatewayArn }, cedar);
      });
    },
    forget: () => foreknown.clear(),
  };
}
