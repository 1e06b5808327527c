import type { Json } from "../../mcp/passThrough.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";
import type { Catalogue } from "../router/catalogue.ts";
import { loadCedar } from "./loadCedar.ts";
import type { PolicyRules } from "./policy.ts";
import { createPolicyEngine } from "./policyEngine.ts";
import { placeText } from "./policyPlace.ts";
import type { PlacedFault } from "./readPolicies.ts";
import { type ToolPolicies, toolPolicies } from "./toolPolicies.ts";

interface GatewayPoliciesWorld {
  readonly catalogue: Pick<Catalogue, "items">;
  readonly now: () => number;
  readonly log: (message: string, facts: Json) => void;
}

/** Policies that do not fit the tools, each with its place. */
export class PoliciesUnfit extends Error {
  readonly faults: readonly PlacedFault[];

  constructor(faults: readonly PlacedFault[]) {
    super(faults.map(({ place, at, problem }) => `${placeText(place, at)}: ${problem}`).join("; "));
    this.faults = faults;
  }
}

/** The policies of a gateway; undefined without any. */
export function gatewayPolicies(
  { policies: rules, targets, pathTargets = [] }: GatewayOptions,
  { catalogue, now, log }: GatewayPoliciesWorld,
): ToolPolicies | undefined {
  if (rules === undefined) return undefined;
  const names = targets.map(({ name }) => name);
  return toolPolicies(createPolicyEngine(rules, loadCedar()), {
    targets: () => names,
    pathTargets,
    toolsOf: (target) => catalogue.items(target, "tools/list"),
    now,
    onUnfit(faults) {
      for (const { place, at, problem } of faults) {
        log("policy left out, since it does not fit the tools", { policy: placeText(place, at), problem });
      }
    },
  });
}

/** Whether two engines decide alike, wherever their policies stand. */
export function samePolicies(one: PolicyRules | undefined, other: PolicyRules | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const told = ({ mode, gatewayArn, policies }: PolicyRules) =>
    JSON.stringify([mode, gatewayArn, policies.map(({ id, statement, mode: of }) => [id, statement, of])]);
  return told(one) === told(other);
}
