import type { Server } from "@modelcontextprotocol/server";

/**
 * Has a front tell its caller all that the server behind it says. The SDK keeps back what belongs to a capability that was not
 * declared, and servers say such things: those of the Python SDK (1.29.0, 2.3.0) log without `logging`.
 */
export function tellsAll(server: Server): void {
  Object.assign(server, { assertNotificationCapability: () => {} });
}
