import { bearerHeader } from "../../lib/bearer.ts";

/** What a gateway said to one request, as far as it can be held against what another said. */
export interface GatewayAnswer {
  /** What that means for whoever asked; of an MCP endpoint only. */
  readonly decision?: string;
  readonly status: number;
  /** Without parameters: JSON has none (RFC 8259, 11). */
  readonly contentType: string | null;
  /** Letter by letter: order and spaces are up to the gateway, and clients read it in ways of their own. */
  readonly wwwAuthenticate: string | null;
  /** The JSON in it; `null` where there is none. */
  readonly body: unknown;
}

/**
 * Sends `ping`, which calls nothing.
 *
 * @throws Error in words, when nobody answers
 */
export async function pingAnswer(endpoint: URL, token: string | undefined): Promise<GatewayAnswer> {
  const answer = await answerOf(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: bearerHeader(token) }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" }),
  });
  return { decision: decisionOf(answer), ...answer };
}

/** @throws Error in words, when nobody answers */
export async function documentAnswer(url: URL): Promise<GatewayAnswer> {
  const { body, contentType, ...answer } = await answerOf(url);
  // What an error page looks like says nothing to a client.
  return answer.status === 200 ? { ...answer, contentType, body } : { ...answer, contentType: null, body: null };
}

async function answerOf(url: URL, init: RequestInit = {}): Promise<GatewayAnswer> {
  const { status, headers, text } = await fetched(url, init);
  const contentType = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? null;
  const data = contentType === "text/event-stream" ? /^data: ?(.*)$/m.exec(text)?.[1] : text;
  return { status, contentType, wwwAuthenticate: headers.get("www-authenticate"), body: json(data ?? "") };
}

/**
 * Who is let in gets an answer of MCP: a result or, where a session is missing, which is no matter of the token, a 400.
 * A page, a redirect or an error of something in between is no gateway's decision.
 */
function decisionOf({ status, body }: GatewayAnswer): string {
  const { jsonrpc, result, error } = { ...(body as Readonly<Record<string, unknown>> | null) };
  const isAnswer = jsonrpc === "2.0" && (result !== undefined || error !== undefined);
  if (status === 401 || status === 403) return "refused";
  if (!isAnswer) return `no gateway answers there: HTTP ${status}`;
  return (status >= 200 && status < 300) || status === 400 ? "let in" : `neither let in nor refused: HTTP ${status}`;
}

async function fetched(url: URL, init: RequestInit) {
  try {
    const signal = AbortSignal.timeout(20_000);
    // A token follows no redirect.
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new Error(`${url.origin} could not be asked: ${cause?.code ?? message}`);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
