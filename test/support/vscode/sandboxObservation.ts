import type { Sandbox } from "./sandbox.ts";

/** What the identity provider and the gateway saw so far. */
export interface Observation {
  /** Requests to the token endpoint. */
  readonly tokenRequests: number;
  /** Token requests by grant. */
  readonly grants: Readonly<Record<string, number>>;
  /** What was revoked, in order: `refresh_token`, `access_token`. */
  readonly revocations: readonly string[];
  /** The gateway's answers by status. */
  readonly gatewayStatuses: Readonly<Record<string, number>>;
}

export async function observe(sandbox: Sandbox): Promise<Observation> {
  return sandbox.ask<Observation>("observe");
}
