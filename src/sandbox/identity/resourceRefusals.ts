import type { Refusal } from "../profiles/sandboxProfile.ts";

/** How Entra ID refuses `resource`: in any form, or when it does not match the scopes. Tenants differ in this. */
export type ResourceRefusal = keyof typeof resourceRefusals;

export const resourceRefusals = {
  AADSTS901002: {
    error: "invalid_request",
    description: "AADSTS901002: The 'resource' request parameter is not supported.",
  },
  AADSTS9010010: {
    error: "invalid_target",
    description:
      "AADSTS9010010: The resource parameter provided in the request doesn't match with the requested scopes.",
  },
} as const satisfies Readonly<Record<string, Refusal>>;
