import { type AuthorizerWorld, authorize, type Decision } from "../../agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import { everyScope } from "../../agentcore/authorizer/claimRules.ts";
import type { RequestBody } from "../../system/webHttp.ts";
import type { AuditEntry } from "../audit/auditEntry.ts";
import type { Outcome } from "../audit/outcome.ts";
import { redacted } from "../audit/redacted.ts";
import { tokenFacts } from "../audit/tokenFacts.ts";
import type { GatewayFaults } from "../gatewayFaults.ts";
import type { Limited, Limits } from "../limits/limits.ts";
import type { McpFront } from "../mcp/mcpFront.ts";
import { principalOf } from "../principal.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import { challenge } from "./challenge.ts";
import type { Reply } from "./httpServer.ts";
import { type Messages, messagesOf } from "./messages.ts";
import { advertisedScopes } from "./metadata.ts";

export interface EndpointWorld {
  /** Absent: everyone may come in, as with AgentCore's authorizer type NONE. */
  readonly authorizer: (AuthorizerWorld & { readonly rules: CustomJwtAuthorizer }) | undefined;
  readonly toolScopes: Readonly<Record<string, readonly string[]>>;
  readonly metadataUrl: string;
  readonly faults: () => GatewayFaults;
  readonly limits: Limits;
  readonly inFlight: CallsInFlight;
  /** Whether the gateway only finishes what it has begun. */
  readonly stopping: () => boolean;
  readonly mcp: McpFront;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of each tool that a call is let through to. */
  readonly called: (tool: string) => void;
  readonly limited: (limited: Limited) => void;
  /** Told of each answer, where somebody wants to know. */
  readonly audit?: ((entry: AuditEntry) => Promise<void> | void) | undefined;
}

type Verdict = Decision | { readonly kind: "open" | "refused"; readonly findings: readonly [] };

interface Answer {
  readonly response: Response;
  readonly verdict: Verdict;
}

const REFUSED: Verdict = { kind: "refused", findings: [] };

const INTERNAL_ERROR = "An internal error occurred. Please retry later.";

/**
 * Answers one request to the MCP endpoint: looks at the token, then hands it on, and puts down what became of it.
 *
 * @param turnedAway the answer to whoever may not come in at all, whatever the token says; it is put down too
 */
export async function answerAtEndpoint(
  request: Request,
  body: RequestBody,
  address: string | undefined,
  world: EndpointWorld,
  turnedAway?: Response,
): Promise<Reply> {
  const at = world.now();
  const requestId = crypto.randomUUID();
  const parsed = parse(body);
  const messages = messagesOf(parsed);
  const authorization = request.headers.get("authorization");
  // The token ends here, so that nothing behind the door can hand it on.
  request.headers.delete("authorization");
  let outcome: Outcome | undefined;
  const report = (one: Outcome) => {
    outcome ??= one;
  };
  const { response, verdict } = turnedAway
    ? { response: turnedAway, verdict: REFUSED }
    : await decide(request, authorization, body, parsed, messages, world, report);
  const headers = { "x-amzn-requestid": requestId };
  const { audit } = world;
  if (audit === undefined) return { response, headers };
  const caller = "caller" in verdict ? verdict.caller : undefined;
  const token = caller && tokenFacts(authorization);
  const tool = messages.tools[0];
  const userAgent = request.headers.get("user-agent");
  const contentType = response.headers.get("content-type");
  const entry = (): AuditEntry => ({
    requestId,
    at,
    durationMs: Math.max(0, world.now() - at),
    ...(address !== undefined && { address }),
    ...(userAgent !== null && { userAgent: userAgent.slice(0, 512) }),
    ...(caller?.issuer !== undefined && { issuer: caller.issuer }),
    ...(caller?.subject !== undefined && { subject: caller.subject }),
    ...(caller?.client !== undefined && { client: caller.client }),
    ...(token && { token }),
    method: messages.method ?? request.method,
    ...(tool !== undefined && { tool }),
    decision: verdict.kind,
    status: response.status,
    ...(contentType !== null && { contentType: contentType.split(";")[0] as string }),
    failed: verdict.findings.filter(({ ok }) => !ok),
    ...(parsed !== undefined && { message: redacted(parsed) }),
    ...(outcome && { outcome }),
  });
  // A stream of news is put down when it opens: it may last for days.
  const lasts = messages.listens || request.method === "GET";
  if (lasts) await audit(entry());
  return { response, headers, ended: async () => void (lasts || (await audit(entry()))) };
}

/** What there is to do with an MCP endpoint (2025-11-25, basic/transports); browsers ask with OPTIONS before. */
const methods: readonly string[] = ["GET", "POST", "DELETE"];

/** What is put down of an answer to something that could not be read as a request, so that nothing more is known. */
export function unreadableEntry(status: number, address: string | undefined, at: number): AuditEntry {
  const where = address !== undefined && { address };
  return {
    ...{ requestId: crypto.randomUUID(), at, durationMs: 0, ...where, method: "unknown" },
    ...{ decision: "refused", status, failed: [] },
  };
}

async function decide(
  request: Request,
  authorization: string | null,
  body: RequestBody,
  parsed: unknown,
  messages: Messages,
  world: EndpointWorld,
  report: (outcome: Outcome) => void,
): Promise<Answer> {
  const faulty = faultyAnswer(world.faults());
  if (faulty) return { response: faulty, verdict: REFUSED };
  if (body === "tooLarge") return { response: new Response(null, { status: 413 }), verdict: REFUSED };

  const verdict = await verdictOn(authorization, messages, world);
  const refusal = refusalOf(verdict, messages, world);
  if (refusal) return { response: refusal, verdict };
  if (!methods.includes(request.method)) {
    const response = rpcError(405, SERVER_ERROR, "Method not allowed", messages);
    response.headers.set("allow", methods.join(", "));
    return { response, verdict };
  }
  if (request.method === "POST" && parsed === undefined) {
    return { response: rpcError(400, -32700, "Parse error", messages), verdict };
  }
  const caller = "caller" in verdict ? verdict.caller : undefined;
  const principal = principalOf(caller);
  const later = messages.requests > 0 ? notNow(messages, principal, world) : undefined;
  if (later) return { response: later, verdict };
  if (messages.requests > 0 && !messages.listens) world.inFlight.began(request.signal);
  for (const tool of messages.tools) world.called(tool);
  const from = { principal, caller, report };
  // Whatever goes wrong, the caller gets an answer and the audit its line.
  const answered = world.mcp.handle(request, parsed, from);
  const response = await answered.catch(() => rpcError(500, -32603, INTERNAL_ERROR, messages));
  return { response, verdict };
}

/** The answer to who may come in, but not now. */
function notNow(messages: Messages, principal: string, world: EndpointWorld): Response | undefined {
  // Whoever was asked something in the middle of a call may still answer.
  if (world.stopping() && !messages.resumes) {
    const response = rpcError(503, SERVER_ERROR, "The gateway is stopping. Please retry later.", messages);
    response.headers.set("retry-after", "1");
    response.headers.set("connection", "close");
    return response;
  }
  const limited = world.limits.take(principal, messages.requests, messages.tools, world.now());
  if (limited === undefined) return undefined;
  world.limited(limited);
  const response = rpcError(429, SERVER_ERROR, "Too many requests. Please retry later.", messages);
  response.headers.set("retry-after", String(Math.max(1, Math.ceil(limited.waitMs / 1000))));
  return response;
}

/** From the range that JSON-RPC 2.0, 5.1 leaves to servers. */
const SERVER_ERROR = -32000;

async function verdictOn(authorization: string | null, messages: Messages, world: EndpointWorld): Promise<Verdict> {
  const { authorizer, toolScopes } = world;
  if (authorizer === undefined) return { kind: "open", findings: [] };
  const decision = await authorize(authorization, authorizer.rules, authorizer);
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

const utf8 = new TextDecoder();

function parse(body: RequestBody): unknown {
  if (body === "tooLarge" || body.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
