import type { AuditEntry } from "../audit.ts";
import { type AuthorizerWorld, authorize, type Caller, type Decision } from "../authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../authorizer/authorizerConfiguration.ts";
import { everyScope } from "../authorizer/scopes.ts";
import type { GatewayFaults } from "../faults.ts";
import type { McpFront } from "../mcp/mcpFront.ts";
import { challenge } from "./challenge.ts";
import type { Body } from "./httpServer.ts";
import { type Messages, messagesOf } from "./messages.ts";
import { advertisedScopes } from "./metadata.ts";

export interface EndpointWorld {
  /** Absent: everyone may come in, as with AgentCore's authorizer type NONE. */
  readonly authorizer: (AuthorizerWorld & { readonly rules: CustomJwtAuthorizer }) | undefined;
  readonly toolScopes: Readonly<Record<string, readonly string[]>>;
  readonly metadataUrl: string;
  readonly faults: () => GatewayFaults;
  readonly mcp: McpFront;
  readonly now: () => number;
  readonly audit: (entry: AuditEntry) => void;
}

type Verdict = Decision | { readonly kind: "open" | "refused"; readonly findings: readonly [] };

const INTERNAL_ERROR = "An internal error occurred. Please retry later.";

/** Answers one request to the MCP endpoint: looks at the token, then hands it on, and puts down what became of it. */
export async function answerAtEndpoint(request: Request, body: Body, world: EndpointWorld): Promise<Response> {
  const parsed = parse(body);
  const messages = messagesOf(parsed);
  const { response, verdict } = await decide(request, body, parsed, messages, world);
  const caller = "caller" in verdict ? verdict.caller : undefined;
  const tool = messages.tools[0];
  world.audit({
    at: world.now(),
    ...(caller?.issuer !== undefined && { issuer: caller.issuer }),
    ...(caller?.subject !== undefined && { subject: caller.subject }),
    ...(caller?.client !== undefined && { client: caller.client }),
    method: messages.method ?? request.method,
    ...(tool !== undefined && { tool }),
    decision: verdict.kind,
    status: response.status,
    failed: verdict.findings.filter(({ ok }) => !ok),
  });
  return response;
}

async function decide(
  request: Request,
  body: Body,
  parsed: unknown,
  messages: Messages,
  world: EndpointWorld,
): Promise<{ readonly response: Response; readonly verdict: Verdict }> {
  const refused = { kind: "refused", findings: [] } as const;
  const faulty = faultyAnswer(world.faults());
  if (faulty) return { response: faulty, verdict: refused };
  if (body === "tooLarge") return { response: new Response(null, { status: 413 }), verdict: refused };

  const verdict = await verdictOn(request, messages, world);
  const refusal = refusalOf(verdict, messages, world);
  if (refusal) return { response: refusal, verdict };
  if (request.method === "POST" && parsed === undefined) {
    return { response: rpcError(400, -32700, "Parse error", messages), verdict };
  }
  const caller = "caller" in verdict ? verdict.caller : undefined;
  return { response: await world.mcp.handle(withoutToken(request), parsed, principalOf(caller), caller), verdict };
}

async function verdictOn(request: Request, messages: Messages, world: EndpointWorld): Promise<Verdict> {
  const { authorizer, toolScopes } = world;
  if (authorizer === undefined) return { kind: "open", findings: [] };
  const decision = await authorize(request.headers.get("authorization"), authorizer.rules, authorizer);
  if (world.faults().refuseAllTokens && decision.kind !== "noToken") {
    return { kind: "invalidToken", caller: undefined, findings: decision.findings };
  }
  if (decision.kind !== "allowed") return decision;
  const needed = messages.tools.flatMap((tool) => (Object.hasOwn(toolScopes, tool) ? (toolScopes[tool] ?? []) : []));
  if (needed.length === 0) return decision;
  const finding = everyScope(decision.caller.scopes, [...new Set(needed)]);
  const findings = [...decision.findings, finding];
  return { kind: finding.ok ? "allowed" : "insufficientScope", caller: decision.caller, findings };
}

function refusalOf(verdict: Verdict, messages: Messages, world: EndpointWorld): Response | undefined {
  const rules = world.authorizer?.rules;
  if (rules === undefined) return undefined;
  const challenged = (status: 401 | 403, scopes: readonly string[], message: string): Response => {
    const error = status === 401 ? "invalid_token" : "insufficient_scope";
    const response = rpcError(status, -32001, message, messages);
    const header = challenge({ error, scopes: advertisedScopes(scopes, rules), resourceMetadata: world.metadataUrl });
    if (!world.faults().noChallenge) response.headers.set("www-authenticate", header);
    return response;
  };
  switch (verdict.kind) {
    case "open":
    case "refused":
    case "allowed":
      return undefined;
    case "noToken":
    case "invalidToken":
      return challenged(401, rules.allowedScopes ?? [], "Invalid Bearer token");
    case "insufficientScope": {
      const missing = verdict.findings.find(({ rule, ok }) => rule === "scope" && !ok);
      return challenged(403, (missing?.expected ?? []) as readonly string[], "Insufficient scope");
    }
    case "undecided":
      // Not a 401: a new token would fare no better, and nobody should be sent to sign in for it.
      return rpcError(500, -32603, INTERNAL_ERROR, messages);
  }
}

function faultyAnswer({ status, html }: GatewayFaults): Response | undefined {
  if (html) {
    const page = "<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>";
    return new Response(page, { status: status ?? 200, headers: { "content-type": "text/html; charset=utf-8" } });
  }
  return status === undefined ? undefined : new Response(null, { status });
}

/** JSON-RPC error and HTTP status together, as AgentCore answers what it does not let through. */
function rpcError(status: number, code: number, message: string, { id }: Messages): Response {
  return Response.json({ jsonrpc: "2.0", id, error: { code, message } }, { status });
}

/** The token ends here, so that nothing behind the door can hand it on. */
function withoutToken(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  return new Request(request.url, { method: request.method, headers, signal: request.signal });
}

/** Subjects are unique for their issuer only (RFC 7519, 4.1.2). A token for a machine may have a client and no more. */
function principalOf(caller: Caller | undefined): string {
  if (caller === undefined) return "anyone";
  return JSON.stringify([caller.issuer, caller.subject ?? null, caller.subject === undefined ? caller.client : null]);
}

function parse(body: Body): unknown {
  if (body === "tooLarge" || body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
