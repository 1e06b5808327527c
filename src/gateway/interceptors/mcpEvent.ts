import { headersIn, statusIn, wantedIn, wrongForm } from "./interceptor.ts";

/** What an interceptor is told of a message to the MCP endpoint, and of its answer. */
export interface McpEvent {
  readonly interceptorInputVersion: "1.0";
  readonly mcp: {
    readonly rawGatewayRequest: { readonly body: string };
    readonly gatewayRequest: {
      readonly path: string;
      readonly httpMethod: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    };
    readonly gatewayResponse?: {
      readonly statusCode?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly isStreamingResponse?: true;
      readonly body: unknown;
    };
  };
}

/** What an interceptor wants of it. */
export interface McpOutput {
  readonly request?: { readonly body: unknown };
  readonly response?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** @throws InterceptorFailure */
export function readMcpOutput(text: string): McpOutput {
  const { request, response } = wantedIn(text, "mcp");
  if (request && (typeof request.body !== "object" || request.body === null)) {
    throw wrongForm("mcp.transformedGatewayRequest.body: expected an object");
  }
  const at = "mcp.transformedGatewayResponse";
  const hasBody = response?.body !== undefined && response.body !== null;
  return {
    ...(request && { request: { body: request.body } }),
    ...(response && {
      response: {
        ...statusIn(response.statusCode, at),
        ...headersIn(response.headers, at),
        ...(hasBody && { body: response.body }),
      },
    }),
  };
}
