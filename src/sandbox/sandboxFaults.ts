/** How the token endpoint may fail: the status and the form of its answer. */
export type TokenEndpointError = (typeof tokenEndpointErrors)[number];
export const tokenEndpointErrors = ["500-json", "500-html", "400-invalid-grant", "200-html"] as const;

/**
 * The faults of the identity provider, to test clients against. All are off by default. A set of faults replaces the
 * one before it, so that a test states all its faults at once.
 */
export interface SandboxFaults {
  /** Both metadata documents answer 503. */
  readonly discoveryDown?: boolean;
  /** Metadata names another issuer than the address it was read from (RFC 8414, 3.3 asks clients to refuse it). */
  readonly wrongIssuerInMetadata?: boolean;
  /** Metadata names a token endpoint over plain HTTP on another host. */
  readonly insecureTokenEndpoint?: boolean;
  /** Metadata names a `javascript:` address as authorization endpoint, which an editor must never open. */
  readonly javascriptAuthorizationEndpoint?: boolean;
  /** Metadata says that only `plain` code challenges are supported. */
  readonly noPkce?: boolean;
  /** There is no registration endpoint, as at most companies. */
  readonly noRegistration?: boolean;
  /** The registration endpoint answers every request with 400 `invalid_redirect_uri`. */
  readonly registrationRefused?: boolean;
  /** There is no revocation endpoint, in the metadata or at all, as at Microsoft Entra ID. */
  readonly noRevocationEndpoint?: boolean;
  /** The revocation endpoint answers 503, after which clients may retry (RFC 7009, 2.2.1). */
  readonly revocationUnavailable?: boolean;
  /** Requests with a `resource` parameter are answered with `invalid_target` (RFC 8707, 2), as Entra ID does. */
  readonly resourceRefused?: boolean;
  /** The authorization response has no `iss` although metadata promises one (RFC 9207, 2.4). */
  readonly missingIss?: boolean;
  /** The authorization response names another issuer: the mix-up that RFC 9207 prevents. */
  readonly wrongIss?: boolean;
  /** The authorization response carries another `state` than the request. */
  readonly wrongState?: boolean;
  /** Every token request fails this way. Codes and refresh tokens stay unspent. */
  readonly tokenEndpointError?: TokenEndpointError;
  /** Renewals are refused with `invalid_grant`. The refresh token stays unspent. */
  readonly refreshRefused?: boolean;
  /** Renewals return no refresh token and the one that was sent stays valid (RFC 6749, 6), as at Amazon Cognito. */
  readonly noRotation?: boolean;
  /** Access tokens are issued for another audience than the gateway. */
  readonly wrongAudience?: boolean;
}

const switches: Readonly<Record<Exclude<keyof SandboxFaults, "tokenEndpointError">, true>> = {
  discoveryDown: true,
  wrongIssuerInMetadata: true,
  insecureTokenEndpoint: true,
  javascriptAuthorizationEndpoint: true,
  noPkce: true,
  noRegistration: true,
  registrationRefused: true,
  noRevocationEndpoint: true,
  revocationUnavailable: true,
  resourceRefused: true,
  missingIss: true,
  wrongIss: true,
  wrongState: true,
  refreshRefused: true,
  noRotation: true,
  wrongAudience: true,
};

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
    if (name === "tokenEndpointError") {
      if (value !== undefined && !tokenEndpointErrors.includes(value)) {
        throw new Error(`tokenEndpointError is one of ${tokenEndpointErrors.join(", ")}, not ${JSON.stringify(value)}`);
      }
    } else if (!Object.hasOwn(switches, name)) {
      const known = [...Object.keys(switches), "tokenEndpointError"].sort().join(", ");
      throw new Error(`there is no fault "${name}"; there are ${known}`);
    } else if (value !== undefined && typeof value !== "boolean") {
      throw new Error(`the fault "${name}" is true or false, not ${JSON.stringify(value)}`);
    }
  }
  return { ...input };
}
