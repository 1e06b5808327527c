import { askServer } from "../../lib/askServer.ts";
import { bearerHeader } from "../../lib/bearer.ts";
import type { HttpRequest } from "../../lib/httpPort.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { environmentFetch } from "../../system/environmentFetch.ts";

/** A gateway's answer to one request, reduced to what can be compared with another gateway's. */
export interface GatewayAnswer {
  /** What the answer means for the caller; absent for documents. */
  readonly decision?: string;
  readonly status: number;
  /** The media type without parameters, of which JSON has none (RFC 8259, 11). */
  readonly contentType: string | null;
  /** The header unchanged, since clients differ in how they read its order and spaces. */
  readonly wwwAuthenticate: string | null;
  /** The JSON of the body; `null` when there is none. */
  readonly body: unknown;
}

/**
 * Sends `ping`, which calls no tool.
 *
 * @throws Error with a message for people, when there is no answer
 */
export async function pingAnswer(endpoint: URL, token: string | undefined): Promise<GatewayAnswer> {
  const authorized = token === undefined ? {} : { authorization: bearerHeader(token) };
  const answer = await answerOf(endpoint, mcpRequest({ id: 7, method: "ping" }, authorized));
  return { decision: decisionOf(answer), ...answer };
}

/** @throws Error with a message for people, when there is no answer */
export async function documentAnswer(url: URL): Promise<GatewayAnswer> {
  const { body, contentType, ...answer } = await answerOf(url);
  // Clients do not read the body of an error.
  return answer.status === 200 ? { ...answer, contentType, body } : { ...answer, contentType: null, body: null };
}

async function answerOf(url: URL, request?: HttpRequest): Promise<GatewayAnswer> {
  const { headers, ...answer } = await exchanged(url, request);
  return { ...answer, wwwAuthenticate: headers.get("www-authenticate") };
}

/** A message to an MCP endpoint as a request. */
export const mcpRequest = (message: object, headers: Readonly<Record<string, string>>): HttpRequest => ({
  method: "POST",
  headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
  body: JSON.stringify({ jsonrpc: "2.0", ...message }),
});

/**
 * Sends a request to a gateway and reads the answer whole. The body is its JSON, or that of its first event.
 *
 * @throws Error with a message for people, when there is no answer
 */
export async function exchanged(url: URL, request: HttpRequest = {}) {
  const { status, headers, text } = await fetched(url, request);
  const contentType = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? null;
  // The first event may have no data, so that a stream can be resumed from it (2025-11-25, basic/transports).
  const data = contentType === "text/event-stream" ? /^data: ?(\S.*)$/m.exec(text)?.[1] : text;
  return { status, headers, contentType, body: json(data ?? "") };
}

/**
 * A caller who is let in gets an MCP answer: a result, or a 400 when a session is missing, which has nothing to do with
 * the token. A page, a redirect or an error of a proxy is not a gateway's decision.
 */
function decisionOf({ status, body }: GatewayAnswer): string {
  const { jsonrpc, result, error } = { ...(body as Readonly<Record<string, unknown>> | null) };
  const isAnswer = jsonrpc === "2.0" && (result !== undefined || error !== undefined);
  if (status === 401 || status === 403) return "refused";
  if (!isAnswer) return `no gateway answers there: HTTP ${status}`;
  return (status >= 200 && status < 300) || status === 400 ? "let in" : `neither let in nor refused: HTTP ${status}`;
}

async function fetched(url: URL, request: HttpRequest) {
  try {
    const answer = await askServer({ url, ...request }, requestPolicies.probe, { fetch: environmentFetch });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (error) {
    throw new Error(`${url.origin} could not be asked: ${networkReason(error).text}`);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
