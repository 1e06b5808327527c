import { emptyReply, type HttpReply, jsonReply } from "../../lib/servedHttp.ts";
import type { GatewayFaults } from "../gatewayFaults.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";
import { metadata } from "./metadata.ts";
import { cors } from "./plainReplies.ts";

/** The answer to whoever asks for the metadata of the MCP endpoint at `url`. Without an authorizer there is none. */
export function metadataReply(
  { authorizer, authorizationServer, beyondAgentCore }: GatewayOptions,
  url: string,
  faults: GatewayFaults,
): HttpReply {
  if (authorizer === undefined || faults.noMetadata) return emptyReply(404, cors);
  const document = metadata(url, authorizer.customJWTAuthorizer, authorizationServer, beyondAgentCore?.dpop);
  const faulty = {
    ...(faults.otherResource && { resource: "https://another-gateway.example/mcp" }),
    ...(faults.noAuthorizationServers && { authorization_servers: undefined }),
  };
  return jsonReply(200, { ...document, ...faulty }, cors);
}
