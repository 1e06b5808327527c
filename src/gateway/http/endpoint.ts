import { type AuthorizerWorld, authorize } from "../../agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import { everyScope } from "../../agentcore/authorizer/claimRules.ts";
import { unforeseenFacts } from "../../lib/unforeseen.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { RequestBody } from "../../system/serveWeb.ts";
import type { AuditEntry } from "../audit/auditEntry.ts";
import type { Outcome } from "../audit/outcome.ts";
import { redacted } from "../audit/redacted.ts";
import { tokenFacts } from "../audit/tokenFacts.ts";
import type { GatewayFaults } from "../gatewayFaults.ts";
import type { Limited, Limits } from "../limits/limits.ts";
import type { McpFront } from "../mcp/mcpFront.ts";
import { principalOf } from "../principal.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import type { Reply } from "./httpServer.ts";
import { type Messages, messagesOf } from "./messages.ts";
import {
  type EndpointDecision,
  faultyAnswer,
  INTERNAL_ERROR,
  limitedAnswer,
  refusalOf,
  rpcError,
  SERVER_ERROR,
  stoppingAnswer,
} from "./refusals.ts";

export interface EndpointWorld {
  /** Absent: the endpoint lets everyone in, as AgentCore does with authorizer type NONE. */
  readonly authorizer: (AuthorizerWorld & { readonly rules: CustomJwtAuthorizer }) | undefined;
  readonly toolScopes: Readonly<Record<string, readonly string[]>>;
  readonly metadataUrl: string;
  readonly faults: () => GatewayFaults;
  readonly limits: Limits;
  readonly inFlight: CallsInFlight;
  /** Whether the gateway takes no new requests and only finishes open calls. */
  readonly stopping: () => boolean;
  readonly mcp: McpFront;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called with each tool whose call is let through. */
  readonly called: (tool: string) => void;
  /** Called when a limit refuses a request. */
  readonly limited: (limited: Limited) => void;
  /** Records each answer; absent when nothing records them. */
  readonly audit?: ((entry: AuditEntry) => Promise<void> | void) | undefined;
  readonly log: (message: string, facts: Json) => void;
}

/** A request to the MCP endpoint, as the HTTP server hands it over. */
export interface EndpointRequest {
  readonly request: Request;
  readonly body: RequestBody;
  /** The address of the caller's end of the connection. */
  readonly address: string | undefined;
  /** The answer to a caller who is refused before anyone reads the token. It is recorded like any other. */
  readonly turnedAway?: Response;
}

interface Incoming extends EndpointRequest {
  readonly authorization: string | null;
  /** The body as JSON; undefined when it is none. */
  readonly parsed: unknown;
  readonly messages: Messages;
  readonly report: (outcome: Outcome) => void;
}

interface Answer {
  readonly response: Response;
  readonly decision: EndpointDecision;
}

const refused: EndpointDecision = { kind: "refused", findings: [] };

/** Answers one request to the MCP endpoint: checks the token, hands the request on, and records the outcome. */
export async function answerAtEndpoint(given: EndpointRequest, world: EndpointWorld): Promise<Reply> {
  const { request, address, turnedAway } = given;
  const at = world.now();
  const requestId = crypto.randomUUID();
  const parsed = parse(given.body);
  const messages = messagesOf(parsed);
  const authorization = request.headers.get("authorization");
  // Without the header, nothing behind this point can pass the token on.
  request.headers.delete("authorization");
  let outcome: Outcome | undefined;
  const report = (one: Outcome) => {
    outcome ??= one;
  };
  const { response, decision } = turnedAway
    ? { response: turnedAway, decision: refused }
    : await answer({ ...given, authorization, parsed, messages, report }, world).catch((error: unknown) => ({
        response: internalError(error, { request, messages }, world),
        decision: refused,
      }));
  const headers = { "x-amzn-requestid": requestId };
  const { audit } = world;
  if (audit === undefined) return { response, headers };
  const caller = "caller" in decision ? decision.caller : undefined;
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
    decision: decision.kind,
    status: response.status,
    ...(contentType !== null && { contentType: contentType.split(";")[0] as string }),
    failed: decision.findings.filter(({ ok }) => !ok),
    ...(parsed !== undefined && { message: redacted(parsed) }),
    ...(outcome && { outcome }),
  });
  // A stream of notifications may stay open for days, so it is recorded when it opens.
  const lasts = messages.listens || request.method === "GET";
  if (lasts) await audit(entry());
  return { response, headers, ended: async () => void (lasts || (await audit(entry()))) };
}

/**
 * The methods of an MCP endpoint (2025-11-25, basic/transports). Browsers send OPTIONS first, which never gets here.
 */
const methods: readonly string[] = ["GET", "POST", "DELETE"];

/** The record of an answer to bytes that could not be read as a request, of which nothing else is known. */
export function unreadableEntry(status: number, address: string | undefined, at: number): AuditEntry {
  const where = address !== undefined && { address };
  return {
    ...{ requestId: crypto.randomUUID(), at, durationMs: 0, ...where, method: "unknown" },
    ...{ decision: "refused", status, failed: [] },
  };
}

async function answer(incoming: Incoming, world: EndpointWorld): Promise<Answer> {
  const { request, body, parsed, messages, report } = incoming;
  const faulty = faultyAnswer(world.faults());
  if (faulty) return { response: faulty, decision: refused };
  if (body === "tooLarge") return { response: new Response(null, { status: 413 }), decision: refused };

  const decision = await decide(incoming, world);
  const rules = world.authorizer?.rules;
  const noChallenge = world.faults().noChallenge ?? false;
  const refusal = rules && refusalOf(decision, messages, { rules, metadataUrl: world.metadataUrl, noChallenge });
  if (refusal) return { response: refusal, decision };
  if (!methods.includes(request.method)) {
    const response = rpcError(405, { code: SERVER_ERROR, message: "Method not allowed" }, messages);
    response.headers.set("allow", methods.join(", "));
    return { response, decision };
  }
  if (request.method === "POST" && parsed === undefined) {
    return { response: rpcError(400, { code: -32700, message: "Parse error" }, messages), decision };
  }
  const caller = "caller" in decision ? decision.caller : undefined;
  const principal = principalOf(caller);
  const later = messages.requests > 0 ? notNow(messages, principal, world) : undefined;
  if (later) return { response: later, decision };
  if (messages.requests > 0 && !messages.listens) world.inFlight.began(request.signal);
  for (const tool of messages.tools) world.called(tool);
  const from = { principal, caller, report };
  // A fault behind the front must not leave the caller without an answer or the audit without a line.
  const answered = world.mcp.handle(request, parsed, from);
  const response = await answered.catch((error: unknown) => internalError(error, incoming, world));
  return { response, decision };
}

/** The answer where something went wrong that nobody foresaw; the log has it. */
function internalError(
  error: unknown,
  { request, messages }: Pick<Incoming, "request" | "messages">,
  world: EndpointWorld,
): Response {
  world.log("unforeseen failure", { method: messages.method ?? request.method, ...unforeseenFacts(error) });
  return rpcError(500, INTERNAL_ERROR, messages);
}

/** The answer to a caller who is let in but has to come back later. */
function notNow(messages: Messages, principal: string, world: EndpointWorld): Response | undefined {
  // A caller who was asked something in the middle of a call may still answer.
  if (world.stopping() && !messages.resumes) return stoppingAnswer(messages);
  const limited = world.limits.take({ principal, requests: messages.requests, tools: messages.tools }, world.now());
  if (limited === undefined) return undefined;
  world.limited(limited);
  return limitedAnswer(limited, messages);
}

async function decide({ authorization, messages }: Incoming, world: EndpointWorld): Promise<EndpointDecision> {
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

const utf8 = new TextDecoder();

function parse(body: RequestBody): unknown {
  if (body === "tooLarge" || body.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
