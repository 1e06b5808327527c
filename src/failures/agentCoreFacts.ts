/** Addresses of Amazon Bedrock AgentCore that no MCP client can use. */
export interface AgentCoreFacts {
  /** It is AgentCore's, and something else than MCP is spoken there. `instead` is what to use, where that follows from it. */
  readonly address_not_mcp: {
    readonly address: string;
    readonly what:
      | ("inference" | "agent" | "metadata" | "consent" | "controlPlane")
      | ("console" | "registryApi" | "otherResource");
    readonly instead?: string;
  };
  /** It cannot be reached, and lies in a region in which AWS has no such service as far as is known here. */
  readonly region_not_offered: { readonly url: string; readonly region: string; readonly reason: string };
}
