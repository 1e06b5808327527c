import { apiGatewayTools } from "../tools/apiGatewayTools.ts";
import { connectorTools } from "../tools/connectorTools.ts";
import type { DescribedTools } from "../tools/describedTools.ts";
import { type Description, readDescription, readJsonDescription } from "../tools/description.ts";
import { inferenceRequests } from "../tools/inferenceRequests.ts";
import { lambdaTools, serverTools } from "../tools/lambdaTools.ts";
import { openApiRequests, openApiTools } from "../tools/openApiTools.ts";
import { readSmithyModel, smithyTools } from "../tools/smithyTools.ts";
import type { DocumentSource, TargetConfiguration } from "./gatewayFile.ts";

/** Where a target's tools are described, and how that is read. Paths are those in `targetConfiguration`. */
export type TargetDescription =
  | { readonly kind: "listed"; readonly found: DescribedTools; readonly at: string }
  | (DocumentKind & { readonly kind: "inline"; readonly at: string })
  | (DocumentKind & {
      /** In S3, or at AWS alone, so that a file of this machine may stand in for it. */
      readonly kind: "elsewhere";
      readonly at: string;
      /** What is known without it. */
      readonly otherwise?: DescribedTools;
    });

/** A document of a kind. */
interface DocumentKind {
  readonly read: (text: string) => Description;
  readonly make: (value: unknown) => DescribedTools;
}

const kinds = {
  lambda: { read: readJsonDescription, make: lambdaTools },
  server: { read: readJsonDescription, make: serverTools },
  // AWS takes JSON and YAML, as OpenAPI has it.
  openApi: { read: readDescription, make: openApiTools },
  smithy: { read: readSmithyModel, make: smithyTools },
  requests: { read: readDescription, make: openApiRequests },
} satisfies Readonly<Record<string, DocumentKind>>;

/**
 * What describes the tools of a target, or the requests to one with a path of its own; undefined where the server itself does,
 * or nothing.
 */
export function targetDescription({ mcp = {}, http, inference }: TargetConfiguration): TargetDescription | undefined {
  const { passthrough, agentcoreRuntime } = http ?? {};
  if (passthrough?.schema) return inSource(passthrough.schema.source, kinds.requests, "http.passthrough.schema.source");
  if (agentcoreRuntime?.schema) {
    return inSource(agentcoreRuntime.schema.source, kinds.requests, "http.agentcoreRuntime.schema.source");
  }
  if (inference) return { kind: "listed", found: { tools: inferenceRequests, problems: [] }, at: "inference" };
  const { lambda, openApiSchema, smithyModel, mcpServer, connector, apiGateway } = mcp;
  if (lambda?.toolSchema.inlinePayload) {
    // What is wrong with these, the file's schema and `targetFaults` say at its place.
    const found = { ...lambdaTools(lambda.toolSchema.inlinePayload), problems: [] };
    return { kind: "listed", found, at: "mcp.lambda.toolSchema.inlinePayload" };
  }
  if (lambda) return { kind: "elsewhere", ...kinds.lambda, at: "mcp.lambda.toolSchema.s3" };
  if (openApiSchema) return inSource(openApiSchema, kinds.openApi, "mcp.openApiSchema");
  if (smithyModel) return inSource(smithyModel, kinds.smithy, "mcp.smithyModel");
  if (mcpServer?.mcpToolSchema) return inSource(mcpServer.mcpToolSchema, kinds.server, "mcp.mcpServer.mcpToolSchema");
  if (connector) return { kind: "listed", found: connectorTools(connector), at: "mcp.connector" };
  if (apiGateway === undefined) return undefined;
  const make = (value: unknown) => apiGatewayTools(apiGateway.apiGatewayToolConfiguration, value);
  return { kind: "elsewhere", read: readDescription, make, at: "mcp.apiGateway", otherwise: make(undefined) };
}

const inSource = ({ inlinePayload }: DocumentSource, kind: DocumentKind, at: string): TargetDescription =>
  inlinePayload === undefined
    ? { kind: "elsewhere", ...kind, at: `${at}.s3` }
    : { kind: "inline", ...kind, at: `${at}.inlinePayload` };
