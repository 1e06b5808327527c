import type { Refusal } from "../profiles/sandboxProfile.ts";

/** How Entra refuses `resource`: any at all, or one that does not fit the scopes. Which of them a tenant sees varies. */
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
