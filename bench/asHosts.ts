import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";

/**
 * What a host says that it can be asked: as VS Code 1.139 does (`mcpServerRequestHandler.ts`), and others of it a part. A gateway
 * of both eras has sessions for hosts of 2025-11-25 that can be asked something.
 */
export const asHosts: { readonly capabilities: ClientCapabilities } = {
  capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } },
};
