import type { GatewayFaults } from "../gateway/faults.ts";

const kinds: Readonly<Record<keyof GatewayFaults, "boolean" | "number">> = {
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
    if (!Object.hasOwn(kinds, name)) {
      throw new Error(`the gateway has no fault "${name}"; it has ${Object.keys(kinds).sort().join(", ")}`);
    }
    const kind = kinds[name as keyof GatewayFaults];
    if (typeof value !== kind) {
      throw new Error(`the gateway's fault "${name}" is a ${kind}, not ${JSON.stringify(value)}`);
    }
  }
  return { ...input };
}
