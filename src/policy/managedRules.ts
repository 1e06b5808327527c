import type { ManagedRule } from "./policy.ts";
import type { PlacedGateway, PolicyDocument, PolicyRules } from "./policyDocument.ts";

/** Every rule that concerns a gateway, in the order in which they are listed for people. */
export function managedRules(document: PolicyDocument, found: PlacedGateway | undefined): readonly ManagedRule[] {
  const { gateways, credentials, hosts, directMode, shareSignIn, enterpriseIdentityProvider: provider } = document;
  const at = `gateways[${found?.index}]`;
  const { name } = found?.gateway ?? {};
  return [
    ...(gateways
      ? [{ kind: "gateways", what: found?.gateway.address ?? "", rule: found ? at : "gateways" } as const]
      : []),
    ...(name === undefined ? [] : [{ kind: "name", what: name, rule: `${at}.name` } as const]),
    ...ofRules(document, ""),
    ...(found ? ofRules(found.gateway, `${at}.`) : []),
    ...listed("credentials", credentials),
    ...listed("hosts", hosts),
    ...(directMode === false ? [{ kind: "directMode", what: "", rule: "directMode" } as const] : []),
    ...(shareSignIn === false ? [{ kind: "shareSignIn", what: "", rule: "shareSignIn" } as const] : []),
    ...(provider
      ? [{ kind: "identityProvider", what: provider.issuer, rule: "enterpriseIdentityProvider" } as const]
      : []),
  ];
}

function ofRules(
  { issuers, accounts, signIn, settings = {}, tools = {} }: PolicyRules,
  at: string,
): readonly ManagedRule[] {
  return [
    ...listed("issuers", issuers, at),
    ...listed("accounts", accounts, at),
    ...listed("signIn", signIn, at),
    ...Object.entries(settings).map(
      ([name, value]) =>
        ({ kind: "setting", what: `${name}: ${shown(value)}`, rule: `${at}settings.${name}` }) as const,
    ),
    ...Object.entries(tools).map(
      ([name, value]) => ({ kind: "tools", what: `${name}: ${shown(value)}`, rule: `${at}tools.${name}` }) as const,
    ),
  ];
}

const listed = (
  kind: "issuers" | "accounts" | "signIn" | "credentials" | "hosts",
  values: readonly string[] | undefined,
  at = "",
): readonly ManagedRule[] => (values === undefined ? [] : [{ kind, what: values.join(", "), rule: `${at}${kind}` }]);

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(" ") : String(value));
