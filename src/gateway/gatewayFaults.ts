/** Faults on demand, to test clients against. Each is named for what the client sees: its kind of value, and what happens. */
export const gatewayFaultTable = {
  noMetadata: ["boolean", "the metadata documents are missing (404), although the challenge names one"],
  otherResource: ["boolean", "the metadata describes another gateway (RFC 9728, 3.3)"],
  noAuthorizationServers: ["boolean", "the metadata does not say where to sign in"],
  status: ["number", "the MCP endpoint answers every request with this status and no body"],
  html: ["boolean", "the MCP endpoint answers every request with a page, as captive portals and proxies do"],
  refuseAllTokens: ["boolean", "every token is refused with 401"],
  noChallenge: ["boolean", "401 and 403 come without WWW-Authenticate"],
} as const satisfies Readonly<Record<string, readonly ["boolean" | "number", string]>>;

interface Kinds {
  readonly boolean: boolean;
  readonly number: number;
}

export type GatewayFaults = {
  readonly [Name in keyof typeof gatewayFaultTable]?: Kinds[(typeof gatewayFaultTable)[Name][0]];
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
    if (!Object.hasOwn(gatewayFaultTable, name)) {
      throw new Error(`the gateway has no fault "${name}"; it has ${Object.keys(gatewayFaultTable).sort().join(", ")}`);
    }
    const [kind] = gatewayFaultTable[name as keyof GatewayFaults];
    if (typeof value !== kind) {
      throw new Error(`the gateway's fault "${name}" is a ${kind}, not ${JSON.stringify(value)}`);
    }
  }
  return { ...input };
}
