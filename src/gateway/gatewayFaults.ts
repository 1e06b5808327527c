/** Faults on demand, to test clients against. Each is named for what the client sees. */
export interface GatewayFaults {
  /** The metadata documents are missing (404), although the challenge names one. */
  readonly noMetadata?: boolean;
  /** The metadata describes another gateway (RFC 9728, 3.3: a client must not use it). */
  readonly otherResource?: boolean;
  /** The metadata does not say where to sign in. */
  readonly noAuthorizationServers?: boolean;
  /** The MCP endpoint answers every request with this status and no body. */
  readonly status?: number;
  /** The MCP endpoint answers every request with a page, as captive portals and proxies do. */
  readonly html?: boolean;
  /** Every token is refused with 401. */
  readonly refuseAllTokens?: boolean;
  /** 401 and 403 come without `WWW-Authenticate`. */
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
 * Reads the gateway's faults from JSON.
 *
 * @throws Error that names what is not a fault, and the faults there are
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
