/** Misbehaviour on demand, so that a client can be tried against it. Each one is named for what the client sees. */
export interface GatewayFaults {
  /** The metadata documents are not there (404), though the challenge names one. */
  readonly noMetadata?: boolean;
  /** The metadata is about another gateway (RFC 9728, 3.3: a client must not use it). */
  readonly otherResource?: boolean;
  /** The metadata does not say where to sign in. */
  readonly noAuthorizationServers?: boolean;
  /** Every request to the MCP endpoint is answered with this status and no more. */
  readonly status?: number;
  /** Every request to the MCP endpoint is answered with a page, as captive portals and proxies do. */
  readonly html?: boolean;
  /** No token is good enough: 401 for each. */
  readonly refuseAllTokens?: boolean;
  /** 401 and 403 without `WWW-Authenticate`. */
  readonly noChallenge?: boolean;
}

const faultTypes: Readonly<Record<keyof GatewayFaults, "boolean" | "number">> = {
  noMetadata: "boolean",
  otherResource: "boolean",
  noAuthorizationServers: "boolean",
  status: "number",
  html: "boolean",
  refuseAllTokens: "boolean",
  noChallenge: "boolean",
};

/**
 * The gateway's faults from somebody else's JSON.
 *
 * @throws Error that names what is not a fault, and what is one
 */
export function parseGatewayFaults(input: unknown): GatewayFaults {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new Error("faults are an object of names and values");
  }
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(faultTypes, name)) {
      throw new Error(`the gateway has no fault "${name}"; it has ${Object.keys(faultTypes).sort().join(", ")}`);
    }
    const kind = faultTypes[name as keyof GatewayFaults];
    if (typeof value !== kind) {
      throw new Error(`the gateway's fault "${name}" is a ${kind}, not ${JSON.stringify(value)}`);
    }
  }
  return { ...input };
}
