import { type HttpAnswer, type HttpBody, wholeBody } from "../../lib/httpPort.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { type HttpReply, jsonReply, type ServedRequest, type StreamedBody } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { environmentFetch } from "../../system/environmentFetch.ts";
import { deadline } from "../router/deadline.ts";
import type { Messages } from "./messages.ts";
import type { PathTarget } from "./pathTarget.ts";
import { INTERNAL_ERROR, rpcError } from "./refusals.ts";

type Passthrough = Extract<PathTarget, { kind: "passthrough" }>;

/** A request under a target's own path, of somebody who was let in. */
export interface PathRequest {
  readonly request: ServedRequest;
  readonly messages: Messages;
  readonly authorization: string | null;
}

/** What an interceptor put in place of what the caller sent. */
export interface ChangedRequest {
  /** Added to those that go on, or in their place; by names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface PathAnswer {
  readonly reply: HttpReply;
  /** Whether the target gave it, and not the gateway in its place. */
  readonly isTargets: boolean;
}

export interface PathWorld {
  readonly isDebug: boolean;
  readonly callTimeoutMs: number;
  readonly targetFailed: (target: string) => void;
  readonly log: (message: string, facts: Json) => void;
}

/** What MCP itself needs to reach the other side (2025-11-25 and 2026-07-28, basic/transports). */
const ofMcp = [
  "accept",
  "content-type",
  "last-event-id",
  "mcp-session-id",
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
];
const ofMcpBack = ["content-type", "mcp-session-id", "mcp-protocol-version"];

/** AWS's limit for the value of a header that it passes on, in bytes. */
const LONGEST_VALUE = 4096;

/** AgentCore's limit for an answer that comes in one piece. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/**
 * Answers a request under `/<target>/…`: hands it on to the target as it is, with what the target is allowed to get, or says
 * that the target runs at AWS only.
 */
export async function answerAtPath(
  target: PathTarget,
  asked: PathRequest & { readonly changed?: ChangedRequest },
  world: PathWorld,
): Promise<PathAnswer> {
  if (target.kind === "elsewhere") return { reply: notHere(target), isTargets: false };
  const { request, messages, changed } = asked;
  const limit = deadline(target.callTimeoutMs ?? world.callTimeoutMs, undefined);
  try {
    const answer = await environmentFetch(addressOf(target, request.target), {
      method: request.method,
      headers: headersOf(target, asked),
      ...(request.method === "POST" && { body: new TextDecoder().decode(changed?.body ?? request.body) }),
      redirect: "manual",
      // A stream outlives the limit, and ends with the caller.
      signal: AbortSignal.any([limit.signal, request.signal]),
    });
    return { reply: await replyOf(answer, target), isTargets: true };
  } catch (error) {
    if (request.isOver) throw error;
    const reason = limit.passed() ? "it did not answer in time" : networkReason(error).text;
    world.targetFailed(target.name);
    world.log("target failed", { target: target.name, method: messages.method ?? request.method, error: reason });
    const message = world.isDebug ? `The target ${target.name} failed: ${reason}` : INTERNAL_ERROR.message;
    return { reply: rpcError(502, { ...INTERNAL_ERROR, message }, messages), isTargets: false };
  } finally {
    limit.clear();
  }
}

function notHere({ name, what }: Extract<PathTarget, { kind: "elsewhere" }>): HttpReply {
  return jsonReply(501, {
    message: `${name} is a target of the kind ${what}, which runs at Amazon Bedrock AgentCore only, and not in this local gateway.`,
  });
}

/** `/<target>/<path>` leads to `<endpoint>/<path>`, with the query parameters that may come along. */
function addressOf(target: Passthrough, asked: string): URL {
  const from = new URL(`http://localhost${asked}`);
  const address = new URL(target.endpoint);
  const path = from.pathname.slice(target.name.length + 1);
  address.pathname = `${address.pathname.replace(/\/$/, "")}${path}`;
  for (const name of target.queryParameters) {
    for (const value of from.searchParams.getAll(name)) address.searchParams.append(name, value);
  }
  for (const [name, value] of Object.entries(target.query)) {
    const isSent = target.queryParameters.includes(name) && from.searchParams.has(name);
    if (!(isSent && target.callerOverrides)) address.searchParams.set(name, value);
  }
  for (const [name, value] of Object.entries(target.credentialQuery)) address.searchParams.set(name, value);
  return address;
}

function headersOf(
  target: Passthrough,
  { request, authorization, changed }: PathRequest & { readonly changed?: ChangedRequest },
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of [...ofMcp, ...target.requestHeaders]) {
    const value = request.headers.get(name);
    if (value !== null && isAllowed(value)) headers[name] = value;
  }
  if (target.passesToken && authorization !== null) headers.authorization = authorization;
  Object.assign(headers, changed?.headers);
  for (const [name, value] of Object.entries(target.headers)) headers[name.toLowerCase()] = value;
  return headers;
}

/** ASCII of at most 4 kB: what else a header may have, AWS passes on for nobody. */
const isAllowed = (value: string): boolean => value.length <= LONGEST_VALUE && /^[\t\x20-\x7E]*$/.test(value);

async function replyOf({ status, headers, body }: HttpAnswer, { responseHeaders }: Passthrough): Promise<HttpReply> {
  const kept: Record<string, string> = {};
  for (const name of [...ofMcpBack, ...responseHeaders]) {
    const value = headers.get(name);
    if (value !== null && isAllowed(value)) kept[name] = value;
  }
  if (body === null) return { status, headers: kept };
  const isStream = /^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
  if (isStream) return { status, headers: kept, body: streamed(body) };
  const whole = await wholeBody(body, MAX_ANSWER_BYTES);
  return { status, headers: kept, ...(whole.length > 0 && { body: [whole] }) };
}

function streamed(body: HttpBody): StreamedBody {
  return (to) => {
    const pump = async () => {
      for await (const piece of body) to.write([piece]);
    };
    // The target's stream broke off, or the caller left: nothing more can be said either way.
    void pump()
      .catch(() => {})
      .finally(() => to.end());
  };
}
