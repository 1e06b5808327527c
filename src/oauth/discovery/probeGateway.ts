import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { isAboutRequest, isPostponed } from "../../lib/aboutRequest.ts";
import { type AskedWorld, askServer, type LimitedAnswer } from "../../lib/askServer.ts";
import { isTooLarge } from "../../lib/httpPort.ts";
import { isOutdatedTransport } from "../../lib/isOutdatedTransport.ts";
import { parseShallow } from "../../lib/json/parseShallow.ts";
import { MAX_DOCUMENT_DEPTH, requestPolicies } from "../../lib/limits.ts";
import { moreThanStatus, reasonIn } from "../../lib/quotedText.ts";
import { retryAfterSeconds } from "../../lib/retryAfter.ts";
import { redirectPlace } from "../../lib/withinOrigin.ts";
import { type Challenge, parseChallenge } from "./challenge.ts";
import { gatewayNetworkFailure } from "./networkFailure.ts";

/** What answers at a gateway's address. It says no more than it says: who is served now may be asked for a token later. */
export type ProbedGateway =
  /** It answered without a token (as with AgentCore's authorizer type NONE). */
  | { readonly kind: "open"; readonly url: URL }
  | { readonly kind: "protected"; readonly url: URL; readonly challenge: Challenge | undefined };

export interface ProbeWorld extends AskedWorld {
  /** What a product means by a refusal that is not about who is signed in; undefined where it means nothing particular. */
  readonly ruleOf?: (answer: {
    readonly url: string;
    readonly status: number;
    readonly text: string;
    readonly retryAfterSeconds: number | undefined;
  }) => GatewayFailure | undefined;
}

const clientInfo = { name: "gateway-connect", version: "0" };

/** What is asked, in this order: whoever does not understand the first is asked the second. */
const questions: readonly { readonly headers: Readonly<Record<string, string>>; readonly message: object }[] = [
  // A request of the newest revision, with all that it has to carry (2026-07-28, basic, _meta; basic/transports, headers).
  {
    headers: { "mcp-protocol-version": "2026-07-28", "mcp-method": "server/discover" },
    message: {
      jsonrpc: "2.0",
      id: 0,
      method: "server/discover",
      params: {
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": clientInfo,
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    },
  },
  // Revisions with sessions begin with this (2025-11-25, lifecycle).
  {
    headers: {},
    message: {
      jsonrpc: "2.0",
      id: 0,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo },
    },
  },
];

/**
 * Asks each address, best first, whether an MCP gateway answers there, without a token.
 *
 * @throws GatewayFailure for the best address: `gateway_unreachable`, `tls_failed`, `gateway_not_found`,
 *   `transport_outdated`, `not_an_mcp_server`, `gateway_error`, `gateway_forbidden`, `answer_too_large`,
 *   and those of `ruleOf`
 */
export async function probeGateway(candidates: readonly URL[], world: ProbeWorld): Promise<ProbedGateway> {
  let first: unknown;
  for (const url of candidates) {
    try {
      return await probeOne(url, world);
    } catch (failure) {
      world.signal?.throwIfAborted();
      // An address beside it that is none says less.
      if (first === undefined || isFailure(failure, "transport_outdated")) first = failure;
    }
  }
  throw first;
}

/** An answer that did not ask for a sign-in. */
interface OtherAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Where it points to, which is another server. */
  readonly redirectsTo?: string;
  /** Why it refuses, where it does. */
  readonly refusal?: { readonly words?: string; readonly retryAfterSeconds?: number };
  /** What is refused by a rule that is not about who is signed in. */
  readonly rule?: GatewayFailure;
  /**
   * A result, a stream of one, or an error that only the newest revision has; another error of JSON-RPC, which may be about
   * the question; or something else.
   */
  readonly said: "result" | "error" | "nothing";
}

async function probeOne(url: URL, world: ProbeWorld): Promise<ProbedGateway> {
  const answers: OtherAnswer[] = [];
  for (const question of questions) {
    const answer = await ask(url, question, world);
    if ("kind" in answer) return answer;
    if (answer.said === "result") return { kind: "open", url };
    answers.push(answer);
    // One question more would be one too many.
    if (answer.status === 429) break;
  }
  const rule = answers.findLast((answer) => answer.rule)?.rule;
  if (rule) throw rule;
  if (answers.some(({ status }) => status === 401)) return { kind: "protected", url, challenge: undefined };
  // Some refuse both, one revision for being new and the other for being old, and are MCP servers all the same.
  if (answers.some(({ said }) => said === "error")) return { kind: "open", url };
  const { status = 0, contentType = "", redirectsTo, refusal = {} } = answers.at(-1) ?? {};
  if (await isOutdatedTransport(status, { url }, world)) {
    throw new GatewayFailure("transport_outdated", { url: url.href });
  }
  const { words } = refusal;
  const said = { url: url.href, ...moreThanStatus(words) };
  if (status === 404) throw new GatewayFailure("gateway_not_found", said);
  if (status === 403)
    throw new GatewayFailure("gateway_forbidden", { url: url.href, ...(words !== undefined && { words }) });
  if (isPostponed(status) || status >= 500)
    throw new GatewayFailure("gateway_error", { url: url.href, status, ...refusal });
  const facts = { ...said, status, contentType };
  throw new GatewayFailure("not_an_mcp_server", { ...facts, ...(redirectsTo !== undefined && { redirectsTo }) });
}

async function ask(
  url: URL,
  { headers, message }: (typeof questions)[number],
  world: ProbeWorld,
): Promise<Extract<ProbedGateway, { kind: "protected" }> | OtherAnswer> {
  const request = {
    url,
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: JSON.stringify(message),
  };
  let response: LimitedAnswer;
  try {
    response = await askServer(request, requestPolicies.probe, world);
  } catch (error) {
    world.signal?.throwIfAborted();
    throw gatewayNetworkFailure(url, error);
  }
  const { status } = response;
  const contentType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  if (status === 401 || status === 403) {
    const challenge = parseChallenge(response.headers.get("www-authenticate"));
    if (challenge) await response.cancel();
    if (challenge) return { kind: "protected", url, challenge };
  }
  const redirectsTo = redirectPlace(url, response);
  if (redirectsTo !== undefined) {
    await response.cancel();
    return { status, contentType, said: "nothing", redirectsTo };
  }
  const isRead = status >= 400 || contentType === "application/json";
  const body = isRead ? await textOf(url, response, contentType) : await response.cancel().then(() => "");
  const said = whatIsSaid(response, contentType, body);
  if (said === "result") await endSession(url, response, world);
  if (status < 400) return { status, contentType, said };
  const wait = retryAfterSeconds(response.headers);
  const words = reasonIn(body);
  const refusal = { ...(words !== undefined && { words }), ...(wait !== undefined && { retryAfterSeconds: wait }) };
  const rule = world.ruleOf?.({ url: url.href, status, text: body, retryAfterSeconds: wait });
  return { status, contentType, said, refusal, ...(rule && { rule }) };
}

/**
 * What is read of an answer. Pages and streams have no reason for people.
 *
 * @throws GatewayFailure for JSON that is too long for anybody; what else is, or breaks off, says nothing
 */
async function textOf(url: URL, response: LimitedAnswer, contentType: string): Promise<string> {
  if (!/^$|^text\/plain$|json$/.test(contentType)) {
    await response.cancel();
    return "";
  }
  return await response.text().catch((error: unknown) => {
    if (isTooLarge(error) && contentType === "application/json") throw gatewayNetworkFailure(url, error);
    return "";
  });
}

/** Header mismatch, missing capability, unsupported revision (2026-07-28, basic): nobody else knows them. */
const newestErrors: ReadonlySet<unknown> = new Set([-32_020, -32_021, -32_022]);

/** What an answer is as a message of JSON-RPC. A stream is taken at its word. */
function whatIsSaid({ ok, status }: LimitedAnswer, contentType: string, body: string): OtherAnswer["said"] {
  if (ok && contentType === "text/event-stream") return "result";
  if (contentType !== "application/json" || !isAboutRequest(status)) return "nothing";
  try {
    const message = parseShallow(body, MAX_DOCUMENT_DEPTH) as {
      readonly jsonrpc?: unknown;
      readonly result?: unknown;
      readonly error?: { readonly code?: unknown };
    } | null;
    if (message?.jsonrpc !== "2.0") return "nothing";
    return message.result !== undefined || newestErrors.has(message.error?.code) ? "result" : "error";
  } catch {
    return "nothing";
  }
}

/** A session opened by the probe is closed again (MCP 2025-11-25, session management). */
async function endSession(url: URL, response: LimitedAnswer, { fetch }: AskedWorld): Promise<void> {
  const session = response.headers.get("mcp-session-id");
  if (!session) return;
  try {
    const request = { url, method: "DELETE", headers: { "mcp-session-id": session } };
    const ended = await askServer(request, requestPolicies.farewell, { fetch });
    await ended.cancel();
  } catch {
    // The gateway forgets an idle session by itself.
  }
}
