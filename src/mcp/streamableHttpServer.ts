import {
  type JSONRPCMessage,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
  type Transport,
  type TransportSendOptions,
} from "@modelcontextprotocol/server";
import { emptyReply, type HttpReply, jsonReply, type ServedRequest } from "../lib/servedHttp.ts";
import { EventReply } from "./eventReply.ts";
import { PostedRequests } from "./postedRequests.ts";
import { asMessage, isInitialize } from "./readMessage.ts";
import { isJsonRequest } from "./servedBody.ts";

type MessageExtra = Parameters<NonNullable<Transport["onmessage"]>>[1];

/** Versions up to 2025-03-26 allow several messages in one body. */
const MOST_MESSAGES = 100;

/**
 * The server's side of Streamable HTTP for one session (2025-11-25 and before, basic/transports), as the SDK's own
 * transport has it, but for requests and answers of the web: a call costs neither of them, nor streams, and its answer is
 * written in one piece.
 */
export class StreamableHttpServer implements Transport {
  readonly sessionId: string;
  readonly #headers: HttpReply["headers"];
  /** Where the answer to each open request goes. */
  readonly #posted = new Map<RequestId, PostedRequests>();
  #versions: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;
  /** What belongs to no request goes here (GET). */
  #standing: EventReply | undefined;
  #isInitialized = false;
  #isClosed = false;
  onclose: Transport["onclose"];
  onerror: Transport["onerror"];
  onmessage: Transport["onmessage"];

  constructor(sessionId: string) {
    this.sessionId = sessionId;
    this.#headers = { "mcp-session-id": sessionId };
  }

  async start(): Promise<void> {}

  setSupportedProtocolVersions(versions: string[]): void {
    this.#versions = versions;
  }

  /**
   * Answers one request of the session.
   *
   * @param body the JSON of a POST
   * @param extra goes to whoever handles its messages
   */
  async handle(request: ServedRequest, body: unknown, extra: MessageExtra): Promise<HttpReply> {
    if (this.#isClosed) return refusal(404, -32001, "Session not found");
    switch (request.method) {
      case "POST":
        return await this.#post(request, body, extra);
      case "GET":
        return this.#get(request);
      case "DELETE":
        return await this.#delete(request);
      default:
        return refusal(405, -32000, "Method not allowed.", { allow: "GET, POST, DELETE" });
    }
  }

  async send(message: JSONRPCMessage, { relatedRequestId }: TransportSendOptions = {}): Promise<void> {
    const isAnswer = !("method" in message);
    const id = isAnswer ? message.id : relatedRequestId;
    if (id === undefined) return this.#standing?.say(message);
    const posted = this.#posted.get(id);
    if (posted === undefined) throw new Error(`no connection for request ${String(id)}`);
    if (!isAnswer) return posted.say(message);
    this.#posted.delete(id);
    posted.answer(id, message);
  }

  /** See `ReplyStream.drain`, of the answer to a request, or of what belongs to none. */
  drain(id: RequestId | undefined): Promise<void> | undefined {
    return id === undefined ? this.#standing?.drain() : this.#posted.get(id)?.drain();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const posted of this.#posted.values()) posted.close();
    this.#posted.clear();
    this.#standing?.end();
    this.onclose?.();
  }

  async #post(request: ServedRequest, body: unknown, extra: MessageExtra): Promise<HttpReply> {
    const accept = request.headers.get("accept");
    if (!accept?.includes("application/json") || !accept.includes("text/event-stream"))
      return notAcceptable("both application/json and text/event-stream");
    if (!isJsonRequest(request))
      return refusal(415, -32000, "Unsupported Media Type: Content-Type must be application/json");
    if (Array.isArray(body) && body.length > MOST_MESSAGES)
      return refusal(400, -32600, `Invalid Request: Batch must not exceed ${MOST_MESSAGES} messages`);
    const messages = messagesOf(body);
    if (messages === undefined) return refusal(400, -32700, "Parse error: Invalid JSON-RPC message");
    const refused = messages.some(isInitialize) ? this.#initialize(messages) : this.#otherVersion(request);
    if (refused !== undefined) return refused;
    const ids: RequestId[] = [];
    for (const one of messages) if ("method" in one && "id" in one) ids.push(one.id);
    const posted = ids.length > 0 ? new PostedRequests(request, ids, { headers: this.#headers }) : undefined;
    if (posted) for (const id of ids) this.#posted.set(id, posted);
    for (const message of messages) this.onmessage?.(message, extra);
    return posted ? await posted.reply : emptyReply(202);
  }

  #get(request: ServedRequest): HttpReply {
    if (!request.headers.get("accept")?.includes("text/event-stream")) return notAcceptable("text/event-stream");
    const refused = this.#otherVersion(request);
    if (refused !== undefined) return refused;
    if (this.#standing !== undefined)
      return refusal(409, -32000, "Conflict: Only one SSE stream is allowed per session");
    const standing = new EventReply(request, this.#headers);
    this.#standing = standing;
    request.onOver(() => {
      if (this.#standing === standing) this.#standing = undefined;
    });
    return standing.reply;
  }

  async #delete(request: ServedRequest): Promise<HttpReply> {
    const refused = this.#otherVersion(request);
    if (refused !== undefined) return refused;
    await this.close();
    return emptyReply(200);
  }

  #initialize(messages: readonly JSONRPCMessage[]): HttpReply | undefined {
    if (this.#isInitialized) return refusal(400, -32600, "Invalid Request: Server already initialized");
    if (messages.length > 1) return refusal(400, -32600, "Invalid Request: Only one initialization request is allowed");
    this.#isInitialized = true;
    return undefined;
  }

  #otherVersion({ headers }: ServedRequest): HttpReply | undefined {
    const version = headers.get("mcp-protocol-version");
    if (version === null || this.#versions.includes(version)) return undefined;
    const supported = this.#versions.join(", ");
    const words = `Bad Request: Unsupported protocol version: ${version} (supported versions: ${supported})`;
    return refusal(400, -32000, words);
  }
}

/** The messages of a body; `undefined` where one of them is none. */
function messagesOf(body: unknown): readonly JSONRPCMessage[] | undefined {
  try {
    return (Array.isArray(body) ? body : [body]).map(asMessage);
  } catch {
    return undefined;
  }
}

const refusal = (status: number, code: number, message: string, headers: HttpReply["headers"] = {}): HttpReply =>
  jsonReply(status, { jsonrpc: "2.0", error: { code, message }, id: null }, headers);

const notAcceptable = (types: string): HttpReply => refusal(406, -32000, `Not Acceptable: Client must accept ${types}`);
