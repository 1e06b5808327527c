import { ProtocolError } from "@modelcontextprotocol/server";
import { emptyReply, type HttpReply, jsonReply, type ServedRequest } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { isInitialize } from "../../mcp/readMessage.ts";
import type { StatelessFront } from "../../mcp/statelessFront.ts";
import type { CallerContext } from "./callerContext.ts";

export interface SessionlessWorld {
  readonly legacyVersions: readonly string[];
  readonly front: Pick<StatelessFront<CallerContext>, "answerSessionless">;
}

/**
 * Whether a message has no session and opens none, like `tools/list` from a script. AgentCore answers such messages
 * unless `sessionConfiguration` is set, and AWS's own examples send them.
 */
export function isSessionless({ method, headers }: ServedRequest, body: unknown): body is Json {
  const isMessage = typeof (body as Json | null | undefined)?.method === "string";
  return method === "POST" && isMessage && headers.get("mcp-session-id") === null && !isInitialize(body);
}

/** Answers a message that `isSessionless` knows, with JSON rather than a stream. */
export async function answerSessionless(
  request: ServedRequest,
  body: Json,
  from: CallerContext,
  world: SessionlessWorld,
): Promise<HttpReply> {
  const { id, method, params } = body;
  const answer = (status: number, what: object) => jsonReply(status, { jsonrpc: "2.0", id: id ?? null, ...what });
  const version = request.headers.get("mcp-protocol-version");
  if (version !== null && !world.legacyVersions.includes(version)) {
    const supported = world.legacyVersions.join(", ");
    return answer(400, { error: { code: -32000, message: `Unsupported protocol version, there are: ${supported}` } });
  }
  if (id === undefined) return emptyReply(202);
  if (method === "ping") return answer(200, { result: {} });
  try {
    const options = { signal: request.signal };
    const asked = { method: String(method), params: params as Json | undefined, options };
    const result = await world.front.answerSessionless(asked, from);
    return answer(200, { result });
  } catch (error) {
    if (!ProtocolError.isInstance(error)) throw error;
    const { code, message, data } = error;
    return answer(200, { error: { code, message, ...(data !== undefined && { data }) } });
  }
}
