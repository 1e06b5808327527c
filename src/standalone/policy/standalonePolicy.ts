import { machinePolicy } from "../../node/policy/machinePolicy.ts";
import { openPolicy } from "../../node/policy/openPolicy.ts";
import { policyPlace } from "../../node/policy/policyPlace.ts";
import type { CurrentPolicy } from "../../policy/policy.ts";
import type { StandaloneOptions } from "../arguments.ts";
import type { Inputs } from "../inputs.ts";
import { say } from "../output.ts";
import { standaloneFailureText } from "../terminalWords.ts";

/** What the administrator of this computer allows. */
export const standalonePolicy: CurrentPolicy = machinePolicy(
  policyPlace(),
  () => ({ openPolicy }),
  ({ state, fault }) => {
    if (state.kind === "ignored" && fault) say(standaloneFailureText(fault));
  },
);

/**
 * Looks whether the gateway may be used as the options say, before anything is asked or answered.
 *
 * @param isForHost whether a host has started us, which then uses the gateway
 * @throws GatewayFailure of `GatewayRules.maySignIn`, `managed_entry_refused`
 */
export function checkStart(
  { flow, settings, clientSecret }: StandaloneOptions,
  { candidates }: Pick<Inputs, "candidates">,
  isForHost: boolean,
): void {
  const issuer = typeof settings.issuer === "string" ? settings.issuer : undefined;
  const refusals = candidates.map(({ href }) => {
    const rules = standalonePolicy().of(href);
    // What the administrator has set takes the place of what was typed.
    const [kind, from] = [rules.settings.signIn ?? flow, rules.settings.issuer ?? issuer];
    try {
      if (isForHost) rules.mayServeHosts();
      rules.maySignIn({
        kind: kind as typeof flow,
        issuer: from as string | undefined,
        settings: { ...settings, ...(clientSecret && { clientSecret }) },
      });
      return undefined;
    } catch (failure) {
      return { failure };
    }
  });
  const [first] = refusals;
  // A gateway may be at one of several addresses: the first that is allowed is enough.
  if (first && refusals.every((refusal) => refusal)) throw first.failure;
}
