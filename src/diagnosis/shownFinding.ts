import type { Claims } from "../agentcore/authorizer/claimRules.ts";
import { shownValue } from "../agentcore/authorizer/decisionText.ts";
import type { Finding, Rule } from "../agentcore/authorizer/finding.ts";
import { isPersonal } from "../agentcore/authorizer/personalClaims.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import type { AccessCheck } from "./accessReport.ts";
import { fixFor } from "./remedies/remedies.ts";
import type { KnownRules } from "./ruleForToken.ts";

export interface FindingContext extends KnownRules {
  readonly provider: IdentityProvider;
  readonly claims: Claims | undefined;
}

const titles: Readonly<Record<Exclude<Rule, "customClaim">, string>> = {
  token: "It is a signed JWT",
  algorithm: "How it is signed (alg)",
  signature: "It is signed by a key of the issuer (kid)",
  issuer: "Issuer (iss)",
  expiry: "It has not ended (exp)",
  notBefore: "It is good already (nbf)",
  audience: "Audience (aud)",
  client: "Client (client_id)",
  scope: "Scope (scope, scp)",
  revoked: "It was not revoked",
  subject: "It speaks for somebody (sub)",
  idToken: "It is no ID token",
  deniedToken: "It was not denied (jti)",
  introspection: "The issuer calls it active",
};

const HIDDEN = "a value that is not shown";

/** One of the gateway's own findings as people read it: expected beside found, and the fix where it failed. */
export function checkOfFinding(finding: Finding, { provider, ...context }: FindingContext): AccessCheck {
  const { rule, claim, ok, beyondAgentCore } = finding;
  const title = rule === "customClaim" ? `Custom claim ${claim}` : titles[rule];
  const what = beyondAgentCore ? `${title}, beyond AgentCore` : title;
  const compared = { expected: expectedOf(finding), found: foundOf(finding) };
  if (ok) return { what, state: "passed", ...compared, rule };
  const { text: fix, paste } = fixFor(provider, finding, context);
  return { what, state: "failed", ...compared, fix, ...(paste !== undefined && { paste }), rule };
}

function expectedOf({ rule, claim, expected }: Finding): string {
  switch (rule) {
    case "algorithm":
      return "a signature with a private key, such as RS256 or ES256";
    case "expiry":
    case "notBefore":
      // The rules write seconds since the epoch, which nobody reads.
      return String(expected).replace(/\d{9,}/, (seconds) => isoTime(Number(seconds) * 1000));
    case "audience":
    case "client":
    case "scope":
      return Array.isArray(expected) ? `one of ${expected.join(", ")}` : shownValue(expected);
    case "customClaim": {
      const [operator, values] = Object.entries((expected ?? {}) as Record<string, readonly string[]>)[0] ?? [];
      return isPersonal(claim) ? `${operator} ${HIDDEN}` : `${operator} ${values?.join(", ")}`;
    }
    default:
      return shownValue(expected);
  }
}

function foundOf({ claim, found, rule }: Finding): string {
  if (found === undefined || (Array.isArray(found) && found.length === 0)) return "nothing";
  if (isPersonal(claim)) return HIDDEN;
  if ((rule === "expiry" || rule === "notBefore") && typeof found === "number") return isoTime(found * 1000);
  if (rule === "scope" && Array.isArray(found)) return found.join(" ");
  return shownValue(found);
}

/** A moment, in milliseconds since the epoch, that reads the same everywhere. */
export function isoTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "a time that is none" : date.toISOString().replace(/\.\d+Z$/, "Z");
}
