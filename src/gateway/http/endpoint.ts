import { type AuthorizerWorld, authorize } from "../../agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import type { ProofRules } from "../../agentcore/authorizer/beyondAgentCore.ts";
import { everyScope } from "../../agentcore/authorizer/claimRules.ts";
import { hostOf } from "../../lib/hostOf.ts";
import { emptyReply, type HttpReply, type ServedRequest } from "../../lib/servedHttp.ts";
import { unexpectedFacts } from "../../lib/unexpectedError.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { jsonBody } from "../../mcp/servedBody.ts";
import type { AuditEntry } from "../audit/auditEntry.ts";
import type { Outcome } from "../audit/outcome.ts";
import { redacted } from "../audit/redacted.ts";
import { tokenFacts } from "../audit/tokenFacts.ts";
import type { GatewayFaults } from "../gatewayFaults.ts";
import type { Interceptors } from "../interceptors/intercept.ts";
import type { McpFront } from "../mcp/mcpFront.ts";
import type { PolicyRecord } from "../policies/policyRecord.ts";
import type { ToolPolicies } from "../policies/toolPolicies.ts";
import { principalOf } from "../principal.ts";
import type { ProofChecks } from "../proofs/proofChecks.ts";
import { type Presented, presented, provenDecision } from "../proofs/provenDecision.ts";
import { answerPathRequest } from "./answerPathRequest.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import type { Answered, Sent } from "./httpServer.ts";
import { type Messages, messagesOf } from "./messages.ts";
import { type NotNow, type NotNowWorld, notNow } from "./notNow.ts";
import { pathOf } from "./pathOf.ts";
import type { PathTarget } from "./pathTarget.ts";
import { policySessionOf } from "./policySession.ts";
import { type EndpointDecision, faultyAnswer, INTERNAL_ERROR, refusalOf, rpcError, SERVER_ERROR } from "./refusals.ts";
import { tokenClaims } from "./tokenClaims.ts";

export interface EndpointWorld extends NotNowWorld {
  /** Absent: the endpoint lets everyone in, as AgentCore does with authorizer type NONE. */
  readonly authorizer: (AuthorizerWorld & { readonly rules: CustomJwtAuthorizer }) | undefined;
  /** How tokens are taken that are bound to a key; absent where there is one scheme, as at AgentCore. */
  readonly proofs?: { readonly rules: ProofRules; readonly checks: ProofChecks } | undefined;
  /** The MCP endpoint's address for callers. */
  readonly url: string;
  readonly toolScopes: Readonly<Record<string, readonly string[]>>;
  readonly metadataUrl: string;
  /** Whether callers are told what failed behind the gateway. */
  readonly isDebug: boolean;
  readonly faults: () => GatewayFaults;
  readonly inFlight: CallsInFlight;
  readonly mcp: McpFront;
  /** Asked about requests under a target's own path; those to the MCP endpoint are asked about where their tools are known. */
  readonly policies: () => ToolPolicies | undefined;
  /** Programs that run before and after each request to the MCP endpoint; absent where there are none. */
  readonly interceptors?: Interceptors | undefined;
  /** How long a target with a path of its own may take until it begins to answer. */
  readonly callTimeoutMs: number;
  /** Called for a target with a path of its own that could not be reached or did not answer in time. */
  readonly targetFailed: (target: string) => void;
  /** Called with each tool whose call is let through. */
  readonly called: (tool: string) => void;
  /** Records each answer; absent when nothing records them. */
  readonly audit?: ((entry: AuditEntry) => Promise<void> | void) | undefined;
  readonly log: (message: string, facts: Json) => void;
}

/** A request to the MCP endpoint, as the HTTP server hands it over. */
export interface EndpointRequest extends Sent {
  readonly request: ServedRequest;
  /** The answer to a caller who is refused before anyone reads the token. It is recorded like any other. */
  readonly turnedAway?: HttpReply;
  /** The target that the request's path leads to, in place of the MCP endpoint. */
  readonly pathTarget?: PathTarget;
}

interface Incoming extends EndpointRequest, Presented {
  readonly authorization: string | null;
  /** The body as JSON; undefined when it is none. */
  readonly parsed: unknown;
  readonly messages: Messages;
  readonly report: (outcome: Outcome) => void;
  readonly judged: (record: PolicyRecord) => void;
}

interface Answer extends NotNow {
  readonly decision: EndpointDecision;
}

const refused: EndpointDecision = { kind: "refused", findings: [] };

/** Answers one request to the MCP endpoint: checks the token, hands the request on, and records the outcome. */
export async function answerAtEndpoint(sent: EndpointRequest, world: EndpointWorld): Promise<Answered> {
  const given = { ...sent, ...presented(sent.authorization, world.proofs?.rules) };
  const { request, authorization, address, turnedAway, pathTarget } = given;
  const at = world.now();
  const requestId = crypto.randomUUID();
  const parsed = jsonBody(request.body);
  // A target with a path of its own has other names for its tools.
  const messages = pathTarget ? { ...messagesOf(parsed), tools: [] } : messagesOf(parsed);
  let outcome: Outcome | undefined;
  const report = (one: Outcome) => {
    outcome ??= one;
  };
  let policy: PolicyRecord | undefined;
  const judged = (one: PolicyRecord) => {
    policy ??= one;
  };
  const answered: Answer = turnedAway
    ? { reply: turnedAway, decision: refused }
    : await answer({ ...given, parsed, messages, report, judged }, world).catch((error: unknown) => ({
        reply: internalError(error, { request, messages }, world),
        decision: refused,
      }));
  const { decision, rateLimit } = answered;
  const nonce = "nonce" in decision && { "dpop-nonce": decision.nonce };
  const headers = { ...answered.reply.headers, ...nonce, "x-amzn-requestid": requestId };
  const reply: HttpReply = { ...answered.reply, headers };
  const { audit } = world;
  if (audit === undefined) return { reply };
  const caller = "caller" in decision ? decision.caller : undefined;
  const token = caller && tokenFacts(authorization);
  const tool = messages.tools[0];
  const userAgent = request.headers.get("user-agent");
  const policySession = policySessionOf(request);
  const contentType = reply.headers["content-type"];
  const entry = (): AuditEntry => ({
    requestId,
    at,
    durationMs: Math.max(0, world.now() - at),
    ...(address !== undefined && { address }),
    ...(userAgent !== null && { userAgent: userAgent.slice(0, 512) }),
    ...(policySession?.isValid && { policySession: policySession.id }),
    ...(caller?.issuer !== undefined && { issuer: caller.issuer }),
    ...(caller?.subject !== undefined && { subject: caller.subject }),
    ...(caller?.client !== undefined && { client: caller.client }),
    ...(token && { token }),
    method: messages.method ?? request.method,
    ...(tool !== undefined && { tool }),
    ...(pathTarget && { target: pathTarget.name }),
    decision: decision.kind,
    ...(decision.kind === "undecided" && { reason: decision.reason }),
    status: reply.status,
    ...(contentType !== undefined && { contentType: contentType.split(";")[0] as string }),
    failed: decision.findings.filter(({ ok }) => !ok),
    ...(parsed !== undefined && { message: redacted(parsed) }),
    ...(outcome && { outcome }),
    ...(policy && { policy }),
    ...(rateLimit && { rateLimit: { id: rateLimit.id, metric: rateLimit.metric } }),
    ...(isCut() && { incomplete: "answer" }),
  });
  // Recorded before the answer ends, so that a caller who is gone by then had no whole one.
  const isCut = () => request.isOver && !lasts;
  // A stream of notifications may stay open for days, so it is recorded when it opens.
  const lasts = messages.listens || request.method === "GET";
  if (lasts) await audit(entry());
  return lasts ? { reply } : { reply, ended: () => audit(entry()) };
}

/**
 * The methods of an MCP endpoint (2025-11-25, basic/transports). Browsers send OPTIONS first, which never gets here.
 */
const methods: readonly string[] = ["GET", "POST", "DELETE"];

async function answer(incoming: Incoming, world: EndpointWorld): Promise<Answer> {
  const { request, isTooLarge, parsed, messages, report, judged, authorization, pathTarget } = incoming;
  const faulty = faultyAnswer(world.faults());
  if (faulty) return { reply: faulty, decision: refused };
  if (isTooLarge) return { reply: emptyReply(413), decision: refused };

  const decision = await decide(incoming, world);
  const rules = world.authorizer?.rules;
  const noChallenge = world.faults().noChallenge ?? false;
  const refusal =
    rules &&
    refusalOf(decision, messages, {
      ...{ rules, metadataUrl: world.metadataUrl, noChallenge, isDebug: world.isDebug, proofs: world.proofs },
    });
  if (refusal) return { reply: refusal, decision };
  if (!methods.includes(request.method)) {
    const error = { code: SERVER_ERROR, message: "Method not allowed" };
    return { reply: rpcError(405, error, messages, { allow: methods.join(", ") }), decision };
  }
  if (request.method === "POST" && parsed === undefined && !pathTarget) {
    return { reply: rpcError(400, { code: -32700, message: "Parse error" }, messages), decision };
  }
  if (policySessionOf(request)?.isValid === false) {
    const error = { code: SERVER_ERROR, message: "The policy session id is not valid" };
    return { reply: rpcError(400, error, messages), decision };
  }
  const caller = "caller" in decision ? decision.caller : undefined;
  const principal = principalOf(caller);
  const claims = tokenClaims(caller && authorization);
  const later = notNow({ request, messages, pathTarget, principal, claims }, world);
  if (later) return { ...later, decision };
  if (messages.requests > 0 && !messages.listens) world.inFlight.began(request);
  for (const tool of messages.tools) world.called(tool);
  const revision = request.headers.get("mcp-protocol-version");
  const from = { principal, caller, claims, revision, report, judged };
  // A fault behind the front must not leave the caller without an answer or the audit without a line.
  const answered = pathTarget
    ? answerPathRequest(pathTarget, { ...incoming, from }, world)
    : world.interceptors
      ? world.interceptors.answer(incoming, (body) => world.mcp.handle(request, body, from), world)
      : world.mcp.handle(request, parsed, from);
  const reply = await answered.catch((error: unknown) => internalError(error, incoming, world));
  return { reply, decision };
}

/** The answer where something went wrong that nobody foresaw; the log has it. */
function internalError(
  error: unknown,
  { request, messages }: Pick<Incoming, "request" | "messages">,
  world: EndpointWorld,
): HttpReply {
  // What was given up because its caller left is no fault of ours.
  if (!request.isOver)
    world.log("unforeseen failure", { method: messages.method ?? request.method, ...unexpectedFacts(error) });
  return rpcError(500, INTERNAL_ERROR, messages);
}

async function decide(incoming: Incoming, world: EndpointWorld): Promise<EndpointDecision> {
  const { authorization, messages } = incoming;
  const { authorizer, toolScopes, proofs } = world;
  if (authorizer === undefined) return { kind: "open", findings: [] };
  const ofToken = await authorize(authorization, authorizer.rules, authorizer);
  if (world.faults().refuseAllTokens && ofToken.kind !== "noToken") {
    return { kind: "invalidToken", caller: undefined, findings: ofToken.findings };
  }
  const decision = proofs
    ? await provenDecision(ofToken, incoming, provenRequest(incoming, world.url), proofs)
    : ofToken;
  if (decision.kind !== "allowed") return decision;
  const needed = messages.tools.flatMap((tool) => (Object.hasOwn(toolScopes, tool) ? (toolScopes[tool] ?? []) : []));
  if (needed.length === 0) return decision;
  const finding = everyScope(decision.caller.scopes, [...new Set(needed)]);
  const findings = [...decision.findings, finding];
  return finding.ok ? { ...decision, findings } : { ...decision, kind: "insufficientScope", findings };
}

/** A request as a proof has to name it: by our address for callers, or by the one that it came to, which was admitted. */
function provenRequest({ request, proof, pathTarget }: Incoming, url: string) {
  const path = pathOf(request.target);
  const cameTo = hostOf(request.headers.get("host") ?? "");
  const forCallers = pathTarget ? new URL(path, url).href : url;
  const addresses = [forCallers, ...(cameTo ? [new URL(path, `http://${cameTo.host}`).href] : [])];
  return { proof, method: request.method, addresses };
}
