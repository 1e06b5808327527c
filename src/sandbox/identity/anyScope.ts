import type { Adapter } from "oidc-provider";

/**
 * Keeps clients without the scopes that they registered with, so that they may ask for others later.
 *
 * oidc-provider holds a client to those. Clients of MCP register with what the first challenge names, as the Python SDK does, and
 * come again as the same client for what one tool needs besides (2025-11-25, basic/authorization, step-up authorization).
 */
export const withAnyScope = (clients: Adapter): Adapter => ({
  ...clients,
  upsert: async (id, { scope: _, ...payload }, expiresIn) => await clients.upsert(id, payload, expiresIn),
});
