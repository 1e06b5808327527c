import { parseStepFault } from "./stepFaults.ts";

/** How the token endpoint may fail: the status and the form of its answer. */
export type TokenEndpointError = (typeof tokenEndpointErrors)[number];
export const tokenEndpointErrors = ["500-json", "500-html", "400-invalid-grant", "200-html"] as const;

/** What a company's assertion may be instead of what was asked for. */
export type AssertionFault = (typeof assertionFaults)[number];
export const assertionFaults = [
  ...(["type", "issuer", "audience", "client", "subject", "resource", "expired"] as const),
  ...(["issuedTokenType", "tokenType"] as const),
] as const;

/** The faults of the identity provider that are on or off: what is otherwise then. */
export const sandboxSwitches = {
  discoveryDown: "both metadata documents answer 503",
  wrongIssuerInMetadata: "metadata names another issuer than the address it was read from (RFC 8414, 3.3)",
  insecureTokenEndpoint: "metadata names a token endpoint over plain HTTP on another host",
  javascriptAuthorizationEndpoint: "metadata names a javascript: address as authorization endpoint",
  noPkce: "metadata says that only plain code challenges are supported",
  noRegistration: "there is no registration endpoint, as at most companies",
  registrationRefused: "registration is answered with 400 invalid_redirect_uri",
  noRevocationEndpoint: "there is no revocation endpoint, as at Microsoft Entra ID",
  revocationUnavailable: "the revocation endpoint answers 503 (RFC 7009, 2.2.1)",
  resourceRefused: "requests with a resource are answered with invalid_target (RFC 8707, 2), as at Entra ID",
  missingIss: "the authorization response has no iss although metadata promises one (RFC 9207, 2.4)",
  wrongIss: "the authorization response names another issuer: the mix-up that RFC 9207 prevents",
  wrongState: "the authorization response carries another state than the request",
  refreshRefused: "renewals are refused with invalid_grant, and the refresh token stays unspent",
  noRotation: "renewals return no refresh token, and the one that was sent stays valid, as at Amazon Cognito",
  workloadRefused: "the tokens of workloads are refused with unauthorized_client",
  wrongAudience: "access tokens are issued for another audience than the gateway",
  identityTokenRefused: "a company's identity provider takes no ID token any more, as if it had ended the sign-in",
  exchangeRefused: "a company's policy does not let its people into the gateway",
  redemptionRefused: "the gateway's authorization server does not take the company's word",
} as const;

/** Those of which there are several kinds, each with them. */
export const sandboxChoices = {
  tokenEndpointError: {
    kinds: tokenEndpointErrors,
    says: "every token request fails this way, and codes and refresh tokens stay unspent",
  },
  assertionFault: {
    kinds: assertionFaults,
    says: "what a company's identity provider issues is not what was asked for",
  },
} as const;

type Switches = { readonly [Name in keyof typeof sandboxSwitches]?: boolean };

/**
 * The faults of the sandbox, to test clients against. All are off by default. A set of faults replaces the one before it, so
 * that a test states all its faults at once.
 */
export interface SandboxFaults extends Switches {
  readonly tokenEndpointError?: TokenEndpointError;
  readonly assertionFault?: AssertionFault;
  /** What goes wrong at one step, as `parseStepFault` reads it: `token-lost`, `tools-call-cut:2`. The gateway's are among them. */
  readonly steps?: readonly string[];
}

/**
 * Reads faults from JSON. It refuses a misspelled fault, with which a test would test nothing.
 *
 * @throws Error that names what is not a fault, and the faults there are
 */
export function parseSandboxFaults(input: unknown): SandboxFaults {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new Error("faults are an object of names and values");
  }
  for (const [name, value] of Object.entries(input)) {
    if (name === "steps") checkSteps(value);
    else if (isChoice(name)) {
      const kinds: readonly unknown[] = sandboxChoices[name].kinds;
      if (value !== undefined && !kinds.includes(value)) {
        throw new Error(`${name} is one of ${kinds.join(", ")}, not ${JSON.stringify(value)}`);
      }
    } else if (!Object.hasOwn(sandboxSwitches, name)) {
      const known = [...Object.keys(sandboxSwitches), ...Object.keys(sandboxChoices), "steps"].sort().join(", ");
      throw new Error(`there is no fault "${name}"; there are ${known}`);
    } else if (value !== undefined && typeof value !== "boolean") {
      throw new Error(`the fault "${name}" is true or false, not ${JSON.stringify(value)}`);
    }
  }
  return { ...input };
}

function checkSteps(value: unknown): void {
  if (!Array.isArray(value)) throw new Error('steps are a list of faults, such as ["token-lost"]');
  for (const one of value) {
    if (!parseStepFault(String(one))) throw new Error(`there is no step and way "${one}", as in "token-lost"`);
  }
}

const isChoice = (name: string): name is keyof typeof sandboxChoices => Object.hasOwn(sandboxChoices, name);
