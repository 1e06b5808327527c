import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";

/** What a host says that it can be asked: VS Code 1.139 all of it (`mcpServerRequestHandler.ts`), others a part. */
export const asHosts: { readonly capabilities: ClientCapabilities } = {
  capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } },
};
