import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type CallToolResult, Server } from "@modelcontextprotocol/server";
import type { AuditEntry } from "../../src/gateway/audit/auditEntry.ts";
import type { Gateway } from "../../src/gateway/gateway.ts";
import type { GatewayOptions } from "../../src/gateway/gatewayOptions.ts";
import type { Target } from "../../src/gateway/router/target.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { startTokenIssuer, type TokenIssuer } from "./tokenIssuer.ts";

/** A target in this process with two tools: `echo` says what it was given, `headers` all it knows about the request. */
export const echoTarget = (name = "here"): Target => ({
  kind: "inProcess",
  name,
  create: () => {
    const server = new Server({ name, version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", async () => ({
      tools: ["echo", "context"].map((tool) => ({ name: tool, inputSchema: { type: "object" as const } })),
    }));
    server.setRequestHandler("tools/call", async ({ params }, ctx): Promise<CallToolResult> => {
      const said = params.name === "echo" ? params.arguments : { params, ...ctx, signal: undefined };
      return { content: [{ type: "text", text: JSON.stringify(said, quiet()) ?? "" }] };
    });
    return server;
  },
});

/** Leaves out what JSON cannot say, cycles among it. */
function quiet(): (key: string, value: unknown) => unknown {
  const seen = new Set<unknown>();
  return (_key, value) => {
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return undefined;
    seen.add(value);
    return value instanceof Headers ? Object.fromEntries(value) : value;
  };
}

export interface GatewayWorld {
  readonly issuer: TokenIssuer;
  readonly gateway: Gateway;
  readonly audit: AuditEntry[];
  readonly logged: string[];
  /** Sends one JSON-RPC message. */
  post(token: string | undefined, message?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly session: string | null;
  readonly body: unknown;
}

export const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
} as const;

/** A gateway that lets in tokens for `api`, with one target, and whoever issues the tokens. */
export async function withGateway(
  options: Partial<GatewayOptions> | ((issuer: TokenIssuer) => Partial<GatewayOptions>),
  body: (world: GatewayWorld) => Promise<void>,
): Promise<void> {
  const issuer = await startTokenIssuer();
  const audit: AuditEntry[] = [];
  const logged: string[] = [];
  const gateway = await startGateway({
    authorizer: { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] } },
    targets: [echoTarget()],
    audit: (entry) => void audit.push(entry),
    log: (message, facts) => logged.push(`${message} ${JSON.stringify(facts)}`),
    ...(typeof options === "function" ? options(issuer) : options),
  });
  const post: GatewayWorld["post"] = async (token, message = initialize, headers = {}) => {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: typeof message === "string" ? message : JSON.stringify(message),
    });
    const text = await response.text();
    return {
      status: response.status,
      challenge: response.headers.get("www-authenticate"),
      session: response.headers.get("mcp-session-id"),
      body: response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text,
    };
  };
  try {
    await body({ issuer, gateway, audit, logged, post });
  } finally {
    await gateway.stop();
    await issuer.stop();
  }
}

export const versions = ["2025-11-25", "2026-07-28"] as const;

/** The SDK's current client, held to one version of the protocol. */
export async function connectClient(
  url: string,
  version: (typeof versions)[number],
  token?: string,
  prepare?: (client: Client) => void,
): Promise<Client> {
  const client = new Client(
    { name: "caller", version: "1" },
    {
      versionNegotiation: { mode: version === "2025-11-25" ? "legacy" : { pin: version } },
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } },
    },
  );
  prepare?.(client);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

export const textOf = (result: unknown): string =>
  (result as { content?: { text?: string }[] }).content?.[0]?.text ?? "";
