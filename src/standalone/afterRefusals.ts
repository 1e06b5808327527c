import type { EnterpriseFacts } from "../failures/enterpriseFacts.ts";
import { adviceAbout } from "../failures/providerErrors.ts";
import type { ClockFacts, RefusalFacts } from "../failures/refusalFacts.ts";

/*
 * What to do about a refusal whose error says why, with the options of a terminal; `undefined` where the editor's words will do.
 */

export function afterWorkloadRefusal(error: string): string | undefined {
  switch (error) {
    case "unsupported_grant_type":
    case "unauthorized_client":
      return "Ask your platform team whether workloads may sign in there, and by which grant. Name it with --workload-grant.";
    case "invalid_scope":
      return 'Ask which scopes this workload may use, and add --scopes "<a> <b>".';
    case "invalid_target":
      return "Ask for which resource this workload may get tokens, and add --resource <uri> or none.";
    default:
      return undefined;
  }
}

export function afterRefusal(facts: RefusalFacts & ClockFacts & { readonly withSecret?: true }): string | undefined {
  const { error, providerCode, withSecret, minutesAhead, minutesBehind } = facts;
  // The clock first, of which the words are the same.
  if (minutesAhead !== undefined || minutesBehind !== undefined) return undefined;
  const advice = adviceAbout(providerCode);
  if (advice) return advice.inTerminal;
  switch (error) {
    case "invalid_scope":
      return 'Ask which scopes this client may use and add --scopes "<a> <b>".';
    case "invalid_target":
      return "Add --resource none, or --resource with what your platform team names.";
    case "invalid_client":
    case "unauthorized_client":
    case "access_denied":
      return withSecret
        ? "The secret or key may be wrong, or have expired: check with your platform team what --client-secret or --client-key gives."
        : undefined;
    case "invalid_dpop_proof":
      return "It does not take the proof that is sent with the request (DPoP). Look whether the clock of this computer is right; if it is, add --no-dpop and sign in again.";
    default:
      return undefined;
  }
}

export function afterPolicy({ error, issuer, clientId, audience }: EnterpriseFacts["enterprise_policy_refused"]) {
  switch (error) {
    case "invalid_scope":
      return `Ask whoever administers ${issuer} which scopes the application ${clientId} may have at ${audience}, and add --scopes "<a> <b>".`;
    case "invalid_client":
      return `Check --enterprise-client-id, and --enterprise-client-secret or --enterprise-client-key, with whoever administers ${issuer}.`;
    case "unsupported_grant_type":
    case "unsupported_token_type":
      return "This issuer exchanges no ID tokens. Ask whoever administers it which issuer does (at Okta the org server, and no custom one), and give that with --enterprise-issuer.";
    default:
      return undefined;
  }
}

export function afterRedemption({ error, issuer, clientId }: EnterpriseFacts["identity_assertion_refused"]) {
  switch (error) {
    case "invalid_scope":
      return `Ask the gateway's platform team which scopes the client ${clientId} may have, and add --scopes "<a> <b>".`;
    case "invalid_client":
    case "unauthorized_client":
      return `Ask the gateway's platform team whether the client ${clientId} may use this grant at ${issuer}, and for its secret. Then correct --client-id and --client-secret.`;
    case "unsupported_grant_type":
      return `${issuer} takes no assertions. Ask the gateway's platform team to turn them on, or leave --enterprise-issuer out and sign in there.`;
    default:
      return undefined;
  }
}
