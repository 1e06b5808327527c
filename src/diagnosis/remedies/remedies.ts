import type { Finding } from "../../agentcore/authorizer/finding.ts";
import { english, type Translate } from "../../failures/translate.ts";
import type { IdentityProvider } from "../../oauth/identityProviders/identityProvider.ts";
import type { IdentityProviderId } from "../../oauth/identityProviders/identityProviderIds.ts";
import { ruleForToken, ruleText } from "../ruleForToken.ts";
import { auth0 } from "./auth0.ts";
import { cognito } from "./cognito.ts";
import { entra, entraV1 } from "./entraId.ts";
import { general } from "./general.ts";
import { google } from "./google.ts";
import { keycloak } from "./keycloak.ts";
import { okta, oktaOrg } from "./okta.ts";
import { pingFederate } from "./pingFederate.ts";
import type { Fix, FixContext, SignInTopic, Table, Words } from "./remedy.ts";

/**
 * What to change about a finding, in the provider's own words; the general ones where it has none.
 *
 * The facts are those of the provider tables in `oauth/identityProviders`, with their sources.
 */
export function fixFor(
  provider: IdentityProvider,
  finding: Finding | { readonly topic: SignInTopic },
  context: FixContext = {},
  say: Translate = english,
): Fix {
  const topic = "topic" in finding ? finding.topic : finding.rule;
  const facts: Partial<Finding> = "topic" in finding ? {} : finding;
  const { name, table } = providerSpecific[provider.id];
  // What a claim's value has to be is the same everywhere; how a claim that is not there gets into tokens is not.
  const hasOtherValue = facts.rule === "customClaim" && facts.found !== undefined && provider.id !== "oktaOrg";
  const words = hasOtherValue ? undefined : table[topic];
  const spoken = (one: Words): string => (typeof one === "string" ? say(one) : one(facts, context, say));
  const text = words === undefined ? spoken(general[topic]) : say("{0}: {1}", name, spoken(words));
  if ("topic" in finding || !context.claims) return { text };
  const change = ruleForToken(finding, context.claims, { ...context, clientClaim: provider.clientClaim });
  return { text, ...(change && { paste: ruleText(change) }) };
}

const providerSpecific: Readonly<Record<IdentityProviderId, { readonly name: string; readonly table: Table }>> = {
  okta: { name: "Okta", table: okta },
  oktaOrg: { name: "Okta", table: oktaOrg },
  entra: { name: "Entra", table: entra },
  entraV1: { name: "Entra", table: entraV1 },
  cognito: { name: "Cognito", table: cognito },
  auth0: { name: "Auth0", table: auth0 },
  keycloak: { name: "Keycloak", table: keycloak },
  pingFederate: { name: "PingFederate", table: pingFederate },
  google: { name: "Google", table: google },
  generic: { name: "", table: {} },
};
