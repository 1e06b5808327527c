import {
  type JSONRPCMessage,
  ProtocolError,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  type TransportSendOptions,
} from "@modelcontextprotocol/client";

/** The options that the SDK's transport takes; its base type also allows explicit `undefined`. */
type SendOptions = NonNullable<Parameters<StreamableHTTPClientTransport["send"]>[1]>;

export type HttpFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What code needs to write a request to the wire itself, without the SDK, on an open connection. */
export interface HttpEndpoint {
  readonly url: URL;
  /** The connection's own `fetch`, which may add a token or limit what it reads. */
  readonly fetch: HttpFetch;
  /** The headers of every request, including the session and the protocol's revision. */
  readonly headers: Headers;
  readonly sessionId: string | undefined;
  readonly protocolVersion: string | undefined;
}

/** Our error for an answer that cannot come any more; JSON-RPC leaves this range of codes to implementations. */
export const streamEnded = { code: -32099, message: "the stream ended before the answer" };

/** Whether a call failed because the stream of its answer ended before the answer. */
export const isStreamEnd = (error: unknown): error is ProtocolError =>
  ProtocolError.isInstance(error) && error.code === streamEnded.code && error.message === streamEnded.message;

/** Long enough to find a server that restarts, so that its change notifications arrive again. */
const reconnectionOptions = {
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 60_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 10,
};

/** How long we wait for a server to confirm the end of a session. */
const SHUTDOWN_TIMEOUT_MS = 2000;

/**
 * Fails a call when the server drops the stream of its answer, with an error that `isStreamEnd` recognises. The SDK's
 * transport would leave the call waiting.
 */
export class WatchedTransport extends StreamableHTTPClientTransport {
  readonly #url: URL;
  readonly #options: StreamableHTTPClientTransportOptions;

  constructor(url: URL, options: StreamableHTTPClientTransportOptions = {}) {
    super(url, { reconnectionOptions, ...options });
    this.#url = url;
    this.#options = options;
  }

  get endpoint(): HttpEndpoint {
    const headers = new Headers(this.#options.requestInit?.headers);
    if (this.sessionId !== undefined) headers.set("mcp-session-id", this.sessionId);
    if (this.protocolVersion !== undefined) headers.set("mcp-protocol-version", this.protocolVersion);
    return {
      url: this.#url,
      fetch: this.#options.fetch ?? fetch,
      headers,
      sessionId: this.sessionId,
      protocolVersion: this.protocolVersion,
    };
  }

  /** Ends the session at the server (DELETE), and waits a moment for the answer. */
  async endSession(): Promise<void> {
    if (this.sessionId === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_TIMEOUT_MS);
    });
    await Promise.race([this.terminateSession().catch(() => {}), enough]);
    clearTimeout(timer);
  }

  override async send(message: JSONRPCMessage | JSONRPCMessage[], sendOptions?: TransportSendOptions): Promise<void> {
    const options = sendOptions as SendOptions | undefined;
    const id = !Array.isArray(message) && "method" in message && "id" in message ? message.id : undefined;
    if (id === undefined || options?.onRequestStreamEnd !== undefined) return await super.send(message, options);
    return await super.send(message, {
      ...options,
      // When the answer came before, the client ignores this one.
      onRequestStreamEnd: () => this.onmessage?.({ jsonrpc: "2.0", id, error: streamEnded }),
    });
  }
}

/**
 * Makes the transport to a server over HTTP.
 *
 * @param headers headers of every request, besides those of the protocol
 * @param connecting aborts every request while the connection is being opened, including those with which the SDK finds
 *   out the era. `undefined` afterwards, when closing the connection ends its requests: each derived signal would stay
 *   registered with one that lives as long as the caller
 */
export function httpTransport(
  { url, fetch, headers }: { readonly url: string; readonly fetch: HttpFetch; readonly headers?: HeadersInit },
  connecting: () => AbortSignal | undefined,
): WatchedTransport {
  return new WatchedTransport(new URL(url), {
    ...(headers !== undefined && { requestInit: { headers } }),
    fetch: (target, init) => {
      const signals = [init?.signal, connecting()].filter((signal) => signal instanceof AbortSignal);
      const [first, second] = signals;
      const signal = second === undefined ? first : AbortSignal.any(signals);
      return fetch(target, { ...init, ...(signal && { signal }) });
    },
  });
}
