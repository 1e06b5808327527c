import type { Claims } from "../agentcore/authorizer/claimRules.ts";
import { shownValue } from "../agentcore/authorizer/decisionText.ts";
import type { Finding, Rule } from "../agentcore/authorizer/finding.ts";
import { isPersonal } from "../agentcore/authorizer/personalClaims.ts";
import { english, type Translate, translatable } from "../failures/translate.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import type { AccessCheck } from "./accessReport.ts";
import { fixFor } from "./remedies/remedies.ts";
import type { KnownRules } from "./ruleForToken.ts";

export interface FindingContext extends KnownRules {
  readonly provider: IdentityProvider;
  readonly claims: Claims | undefined;
}

const titles: Readonly<Record<Exclude<Rule, "customClaim">, string>> = {
  token: translatable("It is a signed JWT"),
  algorithm: translatable("How it is signed (alg)"),
  signature: translatable("It is signed by a key of the issuer (kid)"),
  issuer: translatable("Issuer (iss)"),
  expiry: translatable("It has not ended (exp)"),
  notBefore: translatable("It is good already (nbf)"),
  audience: translatable("Audience (aud)"),
  client: translatable("Client (client_id)"),
  scope: translatable("Scope (scope, scp)"),
  revoked: translatable("It was not revoked"),
  subject: translatable("It speaks for somebody (sub)"),
  idToken: translatable("It is no ID token"),
  deniedToken: translatable("It was not denied (jti)"),
  introspection: translatable("The issuer calls it active"),
  proof: translatable("It is bound to a key, with a proof (DPoP)"),
};

/** What the rules expect in words, which the local gateway writes into its audit too. */
const expectedWords: readonly string[] = [
  translatable("a signed JWT"),
  translatable("the id of a key of the issuer"),
  translatable("a signature by a key of the issuer"),
  translatable("a subject"),
  translatable("a token that is not denied"),
  translatable("a token that is no ID token"),
  translatable("a token that was not revoked"),
  translatable("a token that its issuer calls active"),
  translatable("a token that is bound to a key, with a proof"),
  translatable("one signed proof of the type dpop+jwt"),
  translatable("a public key of that algorithm"),
  translatable("a signature by that key"),
  translatable("an identifier of its own"),
  translatable("a nonce of this gateway"),
  translatable("a proof that was not used before"),
];

/** One of the gateway's own findings as people read it: expected beside found, and the fix where it failed. */
export function checkOfFinding(
  finding: Finding,
  { provider, ...context }: FindingContext,
  say: Translate = english,
): AccessCheck {
  const { rule, claim, ok, beyondAgentCore } = finding;
  const title = rule === "customClaim" ? say("Custom claim {0}", claim) : say(titles[rule]);
  const what = beyondAgentCore ? say("{0}, beyond AgentCore", title) : title;
  const compared = { expected: expectedOf(finding, say), found: foundOf(finding, say) };
  if (ok) return { what, state: "passed", ...compared, rule };
  const { text: fix, paste } = fixFor(provider, finding, context, say);
  return { what, state: "failed", ...compared, fix, ...(paste !== undefined && { paste }), rule };
}

function expectedOf({ rule, claim, expected }: Finding, say: Translate): string {
  switch (rule) {
    case "algorithm":
      return say("a signature with a private key, such as RS256 or ES256");
    case "expiry":
    case "notBefore": {
      // The rules write seconds since the epoch, which nobody reads.
      const moment = isoTime(Number(/\d+$/.exec(String(expected))?.[0]) * 1000, say);
      return rule === "expiry" ? say("after {0}", moment) : say("not after {0}", moment);
    }
    case "audience":
    case "client":
    case "scope":
      return Array.isArray(expected) ? say("one of {0}", expected.join(", ")) : shownValue(expected);
    case "customClaim": {
      const [operator, values] = Object.entries((expected ?? {}) as Record<string, readonly string[]>)[0] ?? [];
      return isPersonal(claim) ? `${operator} ${hidden(say)}` : `${operator} ${values?.join(", ")}`;
    }
    default: {
      const text = shownValue(expected);
      return expectedWords.includes(text) ? say(text) : text;
    }
  }
}

const hidden = (say: Translate): string => say("a value that is not shown");

function foundOf({ claim, found, rule }: Finding, say: Translate): string {
  if (found === undefined || (Array.isArray(found) && found.length === 0)) return say("nothing");
  if (isPersonal(claim)) return hidden(say);
  if ((rule === "expiry" || rule === "notBefore") && typeof found === "number") return isoTime(found * 1000, say);
  if (rule === "scope" && Array.isArray(found)) return found.join(" ");
  return shownValue(found);
}

/** A moment, in milliseconds since the epoch, that reads the same everywhere. */
export function isoTime(time: number, say: Translate = english): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? say("a time that is none") : date.toISOString().replace(/\.\d+Z$/, "Z");
}
