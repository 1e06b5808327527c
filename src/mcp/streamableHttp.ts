import {
  type JSONRPCMessage,
  SdkErrorCode,
  SdkHttpError,
  type Transport,
  type TransportSendOptions,
} from "@modelcontextprotocol/client";
import { drained, type HttpAnswer, type HttpBody, type HttpFetch, wordsOf } from "../lib/httpPort.ts";
import { MAX_MESSAGE_BYTES, MAX_STREAM_RETRY_MS, MIN_STREAM_RETRY_MS } from "../lib/limits.ts";
import { redirectPlace, unfollowedRedirect, withinOrigin } from "../lib/withinOrigin.ts";
import { answerEmpty, answerTo, answerTooLarge } from "./answerTo.ts";
import { drainOf } from "./drainOf.ts";
import { type Exchange, Exchanges } from "./exchanges.ts";
import { followStream, StreamLost } from "./followStream.ts";
import { listLimit, listStart } from "./longLists.ts";
import { lostSession } from "./lostSession.ts";
import { messageOfNamedEvent } from "./namedEvent.ts";
import { postedAnswer, standingStream } from "./postedAnswer.ts";
import { errorIn, messageIn } from "./readMessage.ts";
import { accepting, givenHeaders, namedVersion, routingHeaders } from "./requestHeaders.ts";
import { withStickyCookies } from "./stickyCookies.ts";
import { mayCarry } from "./wire/carriedResult.ts";
import type { StreamEvent } from "./wire/eventStream.ts";

export interface StreamableHttpOptions {
  readonly fetch: HttpFetch;
  /** What every request carries beside the protocol's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends every request, for as long as it is there. */
  readonly connecting?: () => AbortSignal | undefined;
  /** The largest message that is read, in bytes, as it is set now; `MAX_MESSAGE_BYTES` when absent. */
  readonly maxBytes?: (() => number) | undefined;
}

type Following = {
  readonly onEnd?: (() => void) | undefined;
  readonly isStanding?: boolean;
  /** The request that the stream is to answer. */
  readonly request?: JSONRPCMessage;
};

/**
 * The client's side of Streamable HTTP (2025-11-25 and 2026-07-28, basic/transports), as the SDK's own transport has it but
 * for sign-in, which is not its business here: it reads answers in their bytes and asks little of the way out, so that a
 * call costs a program between two others less than half.
 */
export class StreamableHttp implements Transport {
  readonly url: URL;
  /** The way out as it was given. */
  readonly fetch: HttpFetch;
  readonly #send: HttpFetch;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #exchanges: Exchanges;
  readonly #maxBytes: () => number;
  #isStarted = false;
  #isListening = false;
  #sessionId: string | undefined;
  #protocolVersion: string | undefined;
  #retryMs: number | undefined;
  /** Tells the SDK that aborting a request's signal is how it is cancelled (2026-07-28, basic/transports). */
  readonly hasPerRequestStream = true;
  onclose: Transport["onclose"];
  onerror: Transport["onerror"];
  onmessage: Transport["onmessage"];
  /** Called when the stream of what the server says on its own ended for good, so that nothing is heard any more. */
  onsessionlost: (() => void) | undefined;
  /** Resolves when whoever hears what the server says on its own can take more; see `Peer.drain`. */
  drain: (() => Promise<void> | undefined) | undefined;

  constructor(url: URL, { fetch, headers = {}, connecting = () => undefined, maxBytes }: StreamableHttpOptions) {
    this.url = url;
    this.fetch = fetch;
    this.#send = withinOrigin(withStickyCookies(fetch));
    this.#headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    this.#exchanges = new Exchanges(connecting);
    this.#maxBytes = maxBytes ?? (() => MAX_MESSAGE_BYTES);
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }
  get protocolVersion(): string | undefined {
    return this.#protocolVersion;
  }

  setProtocolVersion(version: string): void {
    this.#protocolVersion = version;
  }

  /** What every request of this connection carries. */
  get commonHeaders(): Record<string, string> {
    return {
      ...this.#headers,
      ...(this.#sessionId !== undefined && { "mcp-session-id": this.#sessionId }),
      ...(this.#protocolVersion !== undefined && { "mcp-protocol-version": this.#protocolVersion }),
    };
  }

  async start(): Promise<void> {
    if (this.#isStarted) throw new Error("the transport was started before");
    this.#isStarted = true;
  }

  async close(): Promise<void> {
    this.#exchanges.close();
    this.onclose?.();
  }

  /** @throws SdkHttpError, SdkError, or what the way out does */
  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    const id = "method" in message && "id" in message ? message.id : undefined;
    const exchange = this.#exchanges.begin(options.requestSignal, id);
    try {
      const stream = await this.#post(message, options, exchange.signal);
      // A server that goes on all the same would be read to the end, which may be never.
      if ("method" in message && message.method === "notifications/cancelled")
        this.#exchanges.leave((message.params as { readonly requestId?: unknown } | undefined)?.requestId);
      if (stream === undefined) return exchange.end();
      void this.#follow(stream, exchange, { onEnd: options.onRequestStreamEnd, request: message });
    } catch (error) {
      exchange.end();
      if (!exchange.signal.aborted) this.onerror?.(error as Error);
      throw error;
    }
  }

  /** Ends the session at the server (DELETE). */
  async terminateSession(): Promise<void> {
    if (this.#sessionId === undefined) return;
    const exchange = this.#exchanges.begin();
    try {
      const request = { method: "DELETE", headers: this.commonHeaders, signal: exchange.signal };
      const answer = await this.#send(this.url, request);
      await drained(answer.body);
      if (!answer.ok && answer.status !== 405) {
        const words = `Failed to terminate session: ${unfollowedRedirect(this.url, answer) ?? answer.statusText}`;
        throw refused(SdkErrorCode.ClientHttpFailedToTerminateSession, words, answer);
      }
      this.#sessionId = undefined;
    } catch (error) {
      this.onerror?.(error as Error);
      throw error;
    } finally {
      exchange.end();
    }
  }

  /** @returns the stream of the answer, where it is one */
  async #post(
    message: JSONRPCMessage,
    { headers: given, onRequestStreamEnd }: TransportSendOptions,
    signal: AbortSignal,
  ): Promise<{ readonly body: HttpBody | null } | undefined> {
    const isRequest = "method" in message && "id" in message;
    const isHandshake = isRequest && message.method === "initialize";
    const headers = this.commonHeaders;
    // A server that is asked to begin a session knows none yet.
    if (isHandshake) delete headers["mcp-session-id"];
    const accept = accepting(headers.accept, "application/json", "text/event-stream");
    Object.assign(headers, routingHeaders(message), given && givenHeaders(given));
    Object.assign(headers, { "content-type": "application/json", accept });
    const answer = await this.#send(this.url, { method: "POST", headers, body: JSON.stringify(message), signal });
    if (isHandshake && answer.ok) this.#sessionId = answer.headers.get("mcp-session-id") || undefined;
    if (!answer.ok) return await this.#refused(message, answer);
    if (!isRequest) {
      await drained(answer.body);
      const isReady = "method" in message && message.method === "notifications/initialized";
      if (answer.status === 202 && isReady) void this.#listen();
      return undefined;
    }
    const posted = await postedAnswer(message, answer, listLimit(message, this.#maxBytes()));
    if (posted.kind === "stream") return posted;
    const { messages } = posted;
    const isBatch = messages.length > 1;
    const answers = messages.filter((one) => this.#deliver(one, isBatch ? undefined : message));
    if (answers.length > 0) return undefined;
    // Some servers take a request with 202 and answer it in the stream of what they say on their own.
    if (answer.status === 202 && this.#isListening) return undefined;
    if (messages.length > 0) onRequestStreamEnd?.();
    else this.onmessage?.({ jsonrpc: "2.0", id: message.id, error: answerEmpty });
    return undefined;
  }

  /** A server of 2026-07-28 may say what is wrong with a request as an answer to it (basic/transports). */
  async #refused(message: JSONRPCMessage, answer: HttpAnswer): Promise<undefined> {
    const text = await wordsOf(answer.body);
    if ("method" in message && !("id" in message)) {
      // Nobody waits for what is said to a notification, and the next request shows what is wrong, if anything is.
      this.onerror?.(refused(SdkErrorCode.ClientHttpNotImplemented, `refused: ${message.method}`, answer, { text }));
      return undefined;
    }
    if (answer.status === 400 && (namedVersion(message) ?? "") >= "2026-07-28") {
      const said = errorIn(text);
      if (said !== undefined && "id" in message && said.id === message.id) {
        this.onmessage?.(said);
        return undefined;
      }
    }
    const reason = unfollowedRedirect(this.url, answer) ?? text;
    const told = { text, redirectsTo: redirectPlace(this.url, answer) };
    throw refused(SdkErrorCode.ClientHttpNotImplemented, `Error POSTing to endpoint: ${reason}`, answer, told);
  }

  /** Opens the stream of what the server says on its own, where it has one. */
  async #listen(): Promise<void> {
    const exchange = this.#exchanges.begin();
    this.#isListening = true;
    try {
      const body = await this.#stream("", exchange.signal);
      if (body !== undefined) return await this.#follow({ body }, exchange, { isStanding: true });
    } catch (error) {
      if (!exchange.signal.aborted) this.onerror?.(error as Error);
    } finally {
      this.#isListening = false;
    }
    exchange.end();
  }

  /** @returns `undefined` where the server gives no stream */
  async #stream(lastEventId: string, signal: AbortSignal): Promise<HttpBody | null | undefined> {
    const common = this.commonHeaders;
    const headers = {
      ...common,
      accept: accepting(common.accept, "text/event-stream"),
      ...(lastEventId !== "" && { "last-event-id": lastEventId }),
    };
    const answer = await this.#send(this.url, { method: "GET", headers, signal });
    if (answer.ok) return await standingStream(answer);
    const text = (await wordsOf(answer.body)) ?? "";
    if (answer.status === 405) return undefined;
    if (this.#sessionId !== undefined && lostSession({ status: answer.status, text }, true))
      throw new StreamLost(`Failed to open SSE stream: ${answer.statusText}`);
    const reason = unfollowedRedirect(this.url, answer) ?? answer.statusText;
    throw refused(SdkErrorCode.ClientHttpFailedToOpenStream, `Failed to open SSE stream: ${reason}`, answer);
  }

  async #follow(
    { body }: { readonly body: HttpBody | null },
    exchange: Exchange,
    { onEnd, isStanding = false, request }: Following,
  ): Promise<void> {
    const { signal } = exchange;
    const maxBytes = listLimit(request, this.#maxBytes());
    const how = await followStream(body, isStanding, {
      ...{ signal, maxBytes },
      retryMs: (asked) => {
        if (asked !== undefined) this.#retryMs = Math.min(MAX_STREAM_RETRY_MS, Math.max(MIN_STREAM_RETRY_MS, asked));
        return this.#retryMs;
      },
      onEvent: (event, isCutShort) => this.#take(event, request, isCutShort),
      leave: () => exchange.leave(),
      onTooLarge: (begun) => {
        const long = request && listStart(request, begun);
        return long !== undefined && this.#deliver(long, request);
      },
      drain: () => (isStanding ? this.drain?.() : drainOf(request)),
      onError: (error) => this.onerror?.(error),
      reopen: (lastEventId) => this.#stream(lastEventId, signal),
    });
    exchange.end();
    if (how === "tooLarge" && request !== undefined && "id" in request)
      return this.onmessage?.({ jsonrpc: "2.0", id: request.id, error: answerTooLarge(maxBytes) } as JSONRPCMessage);
    if (how === "ended" || how === "lost" || how === "tooLarge") onEnd?.();
    if ((how === "lost" || how === "tooLarge") && isStanding) this.onsessionlost?.();
  }

  #take({ type, data }: StreamEvent, request: JSONRPCMessage | undefined, isCutShort: boolean): boolean {
    try {
      const message =
        type === "message"
          ? messageIn(data, request !== undefined && mayCarry(request))
          : messageOfNamedEvent(data, request);
      if (message === undefined) return false;
      // What the server asks or tells, it sends again to whoever goes on from the event before.
      return (!isCutShort || !("method" in message)) && this.#deliver(message, request);
    } catch (error) {
      this.onerror?.(error as Error);
      return false;
    }
  }

  /** @returns whether it was the answer to the request, or shows that none comes; where nothing was asked there is none */
  #deliver(message: JSONRPCMessage, request: JSONRPCMessage | undefined): boolean {
    const asked = request !== undefined && "id" in request ? request.id : undefined;
    const isAnswer = asked !== undefined && !("method" in message);
    this.onmessage?.(isAnswer ? answerTo(asked, message, this.#sessionId !== undefined) : message);
    return isAnswer;
  }
}

const refused = (
  code: SdkErrorCode,
  message: string,
  { status, statusText }: HttpAnswer,
  told: { readonly text?: string | null; readonly redirectsTo?: string | undefined } = {},
) => new SdkHttpError(code, message, { status, statusText, ...told });
