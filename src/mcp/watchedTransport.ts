import {
  type JSONRPCMessage,
  ProtocolError,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  type TransportSendOptions,
} from "@modelcontextprotocol/client";

/** What the SDK's transport takes; its base type allows explicit `undefined`, which it treats alike. */
type SendOptions = NonNullable<Parameters<StreamableHTTPClientTransport["send"]>[1]>;

export type HttpFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What a request to a connected server needs that goes past the SDK, as the connection has it at that moment. */
export interface HttpEndpoint {
  readonly url: URL;
  /** The connection's own way out: it adds a token, say, and limits what it reads. */
  readonly fetch: HttpFetch;
  /** What every request carries, the session and the protocol's revision included. */
  readonly headers: Headers;
  readonly sessionId: string | undefined;
  readonly protocolVersion: string | undefined;
}

/** Our own mark, from the range that JSON-RPC leaves to implementations, for an answer that cannot come any more. */
export const streamEnded = { code: -32099, message: "the stream ended before the answer" };

/** Whether a call failed because the stream of its answer ended before the answer. */
export const isStreamEnd = (error: unknown): error is ProtocolError =>
  ProtocolError.isInstance(error) && error.code === streamEnded.code && error.message === streamEnded.message;

/** A server that restarts is looked for over minutes, so that its change notifications arrive again. */
const reconnectionOptions = {
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 60_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 10,
};

/** How long a server may take to notice that a session ends. */
const SHUTDOWN_TIMEOUT_MS = 2000;

/**
 * The SDK's transport, made to say when an answer can no longer come: by itself it leaves a call waiting whose stream
 * the server dropped. Such a call fails with an error that `isStreamEnd` knows.
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

  /** Ends the session at the server (DELETE), which gets a moment to take notice. */
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
      // After the answer this is a response nobody waits for, which the client ignores.
      onRequestStreamEnd: () => this.onmessage?.({ jsonrpc: "2.0", id, error: streamEnded }),
    });
  }
}

/**
 * The transport to a server over HTTP.
 *
 * @param headers what every request carries beside the protocol's own
 * @param connecting while there is no connection, ends every request when the caller is gone: also those with which the
 *   SDK finds out what is there. Afterwards closing the connection ends them: a signal that lives as long as the caller
 *   would gather a trace of each request that is derived from it
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
