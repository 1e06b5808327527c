import { type AnyFailure, GatewayFailure } from "../failures/failure.ts";
import type { DocumentFault } from "../lib/json/jsonDocument.ts";
import { freeRules, type GatewayRules, type Policy } from "./policy.ts";

/**
 * The policy of a file that cannot be read: nothing new is begun. What is in use goes on by the rules that this process read
 * last, and stops where it has read none, since nobody knows then what is allowed.
 *
 * @param last the policy before the file broke
 */
export function brokenPolicy(file: string, faults: readonly DocumentFault[], last: Policy | undefined): Policy {
  const fault = new GatewayFailure("managed_policy_broken", {
    file,
    faults: faults.map(({ line, column, path, problem }) =>
      [`${line}:${column}`, path, problem].filter((part) => part !== "").join(" "),
    ),
  });
  const refuse = (): never => {
    throw fault;
  };
  return {
    state: { kind: "broken", file, faults },
    fault: fault as AnyFailure,
    identityProvider: last?.identityProvider,
    of(url): GatewayRules {
      const before = last?.of(url);
      return {
        ...freeRules,
        ...{ mayConnect: refuse, maySignIn: refuse, mayKeep: refuse, mayEnter: refuse, mayGoDirect: refuse },
        mayShareSignIn: refuse,
        mayBeCalled: refuse,
        mayCall: (signIn, account) => (before ? before.mayCall(signIn, account) : refuse()),
        mayServeHosts: () => (before ? before.mayServeHosts() : refuse()),
        allowsIssuer: (issuer) => before?.allowsIssuer(issuer) ?? true,
        vouchesFor: (issuer) => before?.vouchesFor(issuer) ?? false,
        settings: before?.settings ?? {},
        name: before?.name,
        tools: before?.tools ?? [],
        managed: before?.managed ?? [],
      };
    },
  };
}
