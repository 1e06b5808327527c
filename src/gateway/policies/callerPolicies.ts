import type { CedarNames } from "./cedarNames.ts";
import type { PolicyAction } from "./cedarSchema.ts";
import type { Cedar } from "./loadCedar.ts";
import type { Policy } from "./policy.ts";
import { type PolicyHalves, policyHalves } from "./policyHalves.ts";
import type { PolicyPrincipal } from "./policyPrincipal.ts";
import { joinedReads, lookedAt, readKey } from "./policyReads.ts";
import { type PolicySlice, policySlice, sliceVerdict } from "./policySlice.ts";
import { MOST_REMEMBERED, remembered } from "./remembered.ts";

/** Of the policies about a tool those that a caller can meet, whatever the call says. */
export interface CallerPolicies {
  /** The policies that who calls does not rule out. */
  met(policies: readonly Policy[], principal: PolicyPrincipal): readonly Policy[];
  /** What is left of them to be asked about a call, as Cedar keeps it until the next is asked for. */
  slice(policies: readonly Policy[], principal: PolicyPrincipal): PolicySlice;
  /** Forgets all, when the policies are others. */
  forget(): void;
}

interface CallerPoliciesWorld {
  readonly cedar: Cedar;
  readonly names: CedarNames;
  readonly gatewayArn: string;
}

/** Slices that are kept. Tools share those that consist of the same policies. */
const MOST_SLICES = 200;

/** The policies that a caller can meet, and of them those with a fault in what looks at the caller: they have it in each call. */
interface Met {
  readonly policies: readonly Policy[];
  readonly faulty: ReadonlySet<Policy>;
}

/** What is asked once for all callers who look alike to some policies. */
interface Asked {
  readonly everybody: PolicySlice;
  readonly key: (principal: PolicyPrincipal) => string;
  readonly met: ReturnType<typeof remembered<Met>>;
}

/**
 * Asks once for all callers who look alike which policies their tokens rule out. What a call costs grows with the policies that
 * are asked about it, and most of them are for other people.
 */
export function callerPolicies({ cedar, names, gatewayArn }: CallerPoliciesWorld): CallerPolicies {
  /** They are of the policy alone, whichever others are beside it. */
  const halves = new WeakMap<Policy, PolicyHalves | undefined>();
  /** By identity: the policies about a tool are one list for as long as they are the same. */
  let asked = new WeakMap<readonly Policy[], Asked>();
  const numbers = new Map<Policy, number>();
  const slices = new Map<string, PolicySlice>();

  function halvesOf(policy: Policy): PolicyHalves | undefined {
    if (!halves.has(policy)) halves.set(policy, policyHalves(policy.json, cedar));
    return halves.get(policy);
  }

  function askedAbout(policies: readonly Policy[]): Asked {
    const known = asked.get(policies);
    if (known) return known;
    const reads = { ...joinedReads(policies.map((one) => one.reads)), inputs: new Set<string>() };
    const divided = policies.filter((one) => halvesOf(one) !== undefined);
    const made: Asked = {
      everybody: policySlice(divided, { cedar, names, statementOf: (one) => halvesOf(one)?.caller }),
      key: (principal) => readKey(reads, lookedAt(principal, reads), {}),
      met: remembered(MOST_REMEMBERED),
    };
    asked.set(policies, made);
    return made;
  }

  function metBy(principal: PolicyPrincipal, policies: readonly Policy[]): Met {
    const { everybody, key, met } = askedAbout(policies);
    return met.get(key(principal), () => {
      const verdict = sliceVerdict(everybody, { principal, action: noAction, gatewayArn, context: {} }, cedar);
      if (verdict.problem !== undefined) return { policies, faulty: new Set(policies) };
      const skipped = new Set(verdict.skipped.map(({ policy }) => policy));
      const faulty = new Set(policies.filter(({ name }) => skipped.has(name)));
      const may = new Set(verdict.policies);
      const left = policies.filter((one) => may.has(one) || faulty.has(one) || halvesOf(one) === undefined);
      return { policies: left, faulty };
    });
  }

  const numberOf = (policy: Policy): number => {
    const number = numbers.get(policy) ?? numbers.size;
    numbers.set(policy, number);
    return number;
  };

  return {
    met: (policies, principal) => metBy(principal, policies).policies,
    slice(policies, principal) {
      const { policies: left, faulty } = metBy(principal, policies);
      if (left.length === 0) return policySlice([], { cedar, names });
      const key = left.map((one) => `${numberOf(one)}${faulty.has(one) ? " whole" : ""}`).join(" ");
      const statementOf = (one: Policy) => (faulty.has(one) ? one.statement : halvesOf(one)?.call);
      const slice = slices.get(key) ?? policySlice(left, { cedar, names, statementOf });
      slices.delete(key);
      slices.set(key, slice);
      if (slices.size > MOST_SLICES) {
        const [oldest, { name }] = slices.entries().next().value as [string, PolicySlice];
        slices.delete(oldest);
        if (name !== undefined) names.giveBack(name);
      }
      return slice;
    },
    forget() {
      asked = new WeakMap();
      numbers.clear();
      slices.clear();
    },
  };
}

/** What the first halves are asked about: none of them looks at it. */
const noAction: PolicyAction = { target: "", name: "" };
