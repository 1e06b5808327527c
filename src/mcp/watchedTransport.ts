import type { JSONRPCMessage, TransportSendOptions } from "@modelcontextprotocol/client";
import type { HttpFetch } from "../lib/httpPort.ts";
import { doneWithin } from "../lib/waiting.ts";
import { streamEnded } from "./answerTo.ts";
import { StreamableHttp, type StreamableHttpOptions } from "./streamableHttp.ts";

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

/** How long a server may take to notice that a session ends. */
const SHUTDOWN_TIMEOUT_MS = 2000;

/**
 * The transport, made to say when an answer can no longer come: by itself it leaves a call waiting whose stream the
 * server dropped. Such a call fails with an error that `isAnswerMissing` knows.
 */
export class WatchedTransport extends StreamableHttp {
  get endpoint(): HttpEndpoint {
    const { url, fetch, sessionId, protocolVersion } = this;
    return { url, fetch, headers: new Headers(this.commonHeaders), sessionId, protocolVersion };
  }

  /** Ends the session at the server (DELETE), which gets a moment to take notice. */
  async endSession(): Promise<void> {
    if (this.sessionId === undefined) return;
    await doneWithin(SHUTDOWN_TIMEOUT_MS, this.terminateSession()).catch(() => {});
  }

  override async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    const id = "method" in message && "id" in message ? message.id : undefined;
    if (id === undefined || options.onRequestStreamEnd !== undefined) return await super.send(message, options);
    return await super.send(message, {
      ...options,
      onRequestStreamEnd: () => this.onmessage?.({ jsonrpc: "2.0", id, error: streamEnded }),
    });
  }
}

/**
 * The transport to a server over HTTP.
 *
 * @param headers what every request carries beside the protocol's own, and `maxBytes` the largest message that is read
 * @param connecting while there is no connection, ends every request when the caller is gone: also those with which the
 *   SDK finds out what is there. Afterwards closing the connection ends them
 */
export function httpTransport(
  {
    url,
    fetch,
    headers,
    maxBytes,
  }: { readonly url: string } & Pick<StreamableHttpOptions, "fetch" | "headers" | "maxBytes">,
  connecting: () => AbortSignal | undefined,
): WatchedTransport {
  return new WatchedTransport(new URL(url), { fetch, connecting, maxBytes, ...(headers !== undefined && { headers }) });
}
