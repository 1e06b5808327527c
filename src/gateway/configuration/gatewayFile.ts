import type { AuthorizerConfiguration } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import type { Introspection, ProofRules } from "../../agentcore/authorizer/beyondAgentCore.ts";
import type { LimitRules } from "../limits/limits.ts";
import type { ProtocolVersion } from "../mcp/mcpFront.ts";
import type { StubAnswer } from "../router/target.ts";
import type { ApiGatewayToolConfiguration } from "../tools/apiGatewayTools.ts";
import type { ConnectorTarget } from "../tools/connectorTools.ts";
import type { AuditSettings } from "./auditSettings.ts";
import type { InterceptorInFile, InterceptorProgram } from "./interceptorsOf.ts";
import type { RateLimitInFile } from "./rateLimitsOf.ts";

/** The members that we read of a file that `gatewaySchema` allows. */
export interface GatewayFile {
  readonly name?: string;
  readonly protocolType?: "MCP";
  readonly protocolConfiguration?: {
    readonly mcp?: {
      readonly supportedVersions?: readonly ProtocolVersion[];
      readonly instructions?: string;
      readonly searchType?: "SEMANTIC";
      readonly sessionConfiguration?: { readonly sessionTimeoutInSeconds?: number };
      readonly streamingConfiguration?: { readonly enableResponseStreaming?: boolean };
      readonly disableMcpListToolsPagination?: boolean;
    };
  };
  readonly authorizerType?: "CUSTOM_JWT" | "NONE" | "AWS_IAM" | "AUTHENTICATE_ONLY";
  readonly gatewayArn?: string;
  readonly authorizerConfiguration?: Partial<AuthorizerConfiguration>;
  readonly exceptionLevel?: "DEBUG";
  readonly targets?: readonly TargetEntry[];
  readonly rateLimits?: readonly RateLimitInFile[];
  readonly interceptorConfigurations?: readonly InterceptorInFile[];
  readonly local?: LocalSettings;
  readonly beyondAgentCore?: {
    readonly toolScopes?: Readonly<Record<string, readonly string[]>>;
    readonly requireSubject?: boolean;
    readonly refuseIdTokens?: boolean;
    readonly deniedTokenIds?: readonly string[];
    readonly introspection?: Introspection;
    readonly dpop?: ProofRules;
  };
}

/** How the gateway runs here. */
export interface LocalSettings {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly publicUrl?: string;
  readonly allowedHosts?: readonly string[];
  readonly limits?: LimitRules;
  readonly auditFile?: string;
  readonly audit?: AuditSettings;
  readonly metrics?: boolean;
  readonly maxResultMiB?: number;
  readonly clockSkewSeconds?: number;
  /** By target: the local file that stands in for one in S3. */
  readonly schemas?: Readonly<Record<string, string>>;
  /** By `target___tool`. */
  readonly stubs?: Readonly<Record<string, StubAnswer>>;
  /** By the ARN of the function that each stands in for. */
  readonly interceptors?: Readonly<Record<string, InterceptorProgram>>;
  /** By target. */
  readonly credentials?: Readonly<Record<string, LocalCredentials>>;
}

/** What takes the place of a credential provider. */
export interface LocalCredentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly apiKey?: string;
}

export interface TargetEntry {
  readonly name: string;
  readonly targetConfiguration?: TargetConfiguration;
  readonly credentialProviderConfigurations?: readonly CredentialProvider[];
  readonly metadataConfiguration?: {
    readonly allowedRequestHeaders?: readonly string[];
    readonly allowedQueryParameters?: readonly string[];
    readonly allowedResponseHeaders?: readonly string[];
  };
  readonly http?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  readonly stdio?: {
    readonly command: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly startTimeoutSeconds?: number;
  };
  readonly callTimeoutSeconds?: number;
  readonly listTimeoutSeconds?: number;
}

export type CredentialProviderType =
  | "GATEWAY_IAM_ROLE"
  | "OAUTH"
  | "API_KEY"
  | "CALLER_IAM_CREDENTIALS"
  | "JWT_PASSTHROUGH";

export interface CredentialProvider {
  readonly credentialProviderType: CredentialProviderType;
  readonly credentialProvider?: {
    readonly oauthCredentialProvider?: object;
    readonly apiKeyCredentialProvider?: {
      readonly credentialParameterName?: string;
      readonly credentialPrefix?: string;
      readonly credentialLocation?: "HEADER" | "QUERY_PARAMETER";
    };
    readonly iamCredentialProvider?: object;
  };
}

/** A document in S3, or in the file. */
export interface DocumentSource {
  readonly s3?: { readonly uri?: string };
  readonly inlinePayload?: string;
}

export interface TargetConfiguration {
  readonly mcp?: {
    readonly mcpServer?: { readonly endpoint: string; readonly mcpToolSchema?: DocumentSource };
    readonly lambda?: { readonly toolSchema: { readonly s3?: object; readonly inlinePayload?: readonly unknown[] } };
    readonly openApiSchema?: DocumentSource;
    readonly smithyModel?: DocumentSource;
    readonly apiGateway?: { readonly apiGatewayToolConfiguration: ApiGatewayToolConfiguration };
    readonly connector?: ConnectorTarget;
  };
  readonly http?: {
    readonly passthrough?: {
      readonly endpoint: string;
      readonly protocolType: "MCP" | "A2A" | "INFERENCE" | "CUSTOM";
      readonly staticQueryParameters?: Readonly<Record<string, string>>;
      readonly staticQueryParameterConflictResolution?: "CLIENT_OVERRIDE" | "STATIC_OVERRIDE";
      readonly schema?: { readonly source: DocumentSource };
    };
    readonly agentcoreRuntime?: { readonly schema?: { readonly source: DocumentSource } };
    readonly connector?: object;
  };
  readonly inference?: { readonly provider?: object; readonly connector?: object };
}

/** Whether a target runs here. The others answer with stubs, or that they do not. */
export const runsHere = ({ mcp, http }: TargetConfiguration): boolean =>
  mcp?.mcpServer !== undefined || http?.passthrough?.protocolType === "MCP";

/** AWS's word for what a target is, such as `mcp.lambda`. */
export function kindOf({ mcp, http, inference }: TargetConfiguration): string {
  const [family, one] = mcp ? ["mcp", mcp] : http ? ["http", http] : ["inference", inference ?? {}];
  const [kind = ""] = Object.keys(one);
  return http?.passthrough ? `http.passthrough ${http.passthrough.protocolType}` : `${family}.${kind}`;
}
