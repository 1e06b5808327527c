import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { type HttpAnswer, httpAnswer } from "./httpAnswer.ts";

export interface HttpRequest {
  readonly url: string | URL;
  /** POST when absent. */
  readonly method?: string;
  /** Beside those that every request has; a name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with its length; several pieces are sent one after the other. */
  readonly body?: string | readonly Uint8Array[];
  /** Ends the request and the reading of its answer, with its own reason. */
  readonly signal?: AbortSignal;
}

export interface HttpClient {
  /**
   * Sends a request and resolves when the head of the answer is there. Whoever asked has to read its body or cancel it.
   * A redirect is an answer like any other.
   *
   * It waits for as long as the signal lets it: how long a server may think is its caller's to say.
   *
   * @throws TypeError as `fetch` has it, with what Node found as its cause; or the reason of the signal
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Closes the connections that nobody uses. */
  close(): void;
}

/** What opens connections, where it is not this machine's own network: through a proxy, say. */
export interface HttpAgents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** What Node's `fetch` says of itself; servers that refuse whoever says nothing are met in the wild. */
const defaultHeaders = { accept: "*/*", "user-agent": "node" };

/** Node's own servers close a connection that was idle for five seconds, and what is sent at that moment is lost. */
const IDLE_MS = 4_000;

/**
 * An HTTP client over `node:http` that keeps its connections: a third of what `fetch` takes of the processor, which is
 * most of what a program between two others does.
 *
 * For programs of their own. In the editor all requests have to go through its `fetch`, which knows its proxy and
 * certificates.
 */
export function httpClient(agents: HttpAgents = keptConnections(IDLE_MS)): HttpClient {
  return {
    send: (request) => send(request, agents),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** @param idleMs how long a connection that nobody uses is kept, where the server does not ask for less */
export function keptConnections(idleMs: number): HttpAgents {
  // A request that takes longer is told of it too, and does not mind.
  const options = { keepAlive: true, timeout: idleMs, scheduling: "lifo" } as const;
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

function send(asked: HttpRequest, agents: HttpAgents): Promise<HttpAnswer> {
  const { signal, body, method = "POST" } = asked;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const url = new URL(asked.url);
    const isSecure = url.protocol === "https:";
    if (!isSecure && url.protocol !== "http:")
      throw new TypeError("fetch failed", { cause: new Error("unknown scheme") });
    const options: RequestOptions = {
      method,
      agent: isSecure ? agents.https : agents.http,
      headers: {
        ...defaultHeaders,
        "accept-encoding": isSecure ? "br, gzip" : "gzip",
        ...asked.headers,
        ...(body !== undefined && { "content-length": lengthOf(body) }),
      },
    };
    const onAnswer = (incoming: IncomingMessage) => resolve(httpAnswer(incoming, signal));
    const request = (isSecure ? httpsRequest : httpRequest)(url, options, onAnswer);
    const onAbort = () => request.destroy(new Error("aborted"));
    signal?.addEventListener("abort", onAbort, { once: true });
    request.once("close", () => signal?.removeEventListener("abort", onAbort));
    // After the answer, what reads its body is told.
    request.on("error", (cause) => reject(signal?.aborted ? signal.reason : new TypeError("fetch failed", { cause })));
    if (typeof body === "string" || body === undefined) {
      request.end(body);
      return;
    }
    request.cork();
    for (const piece of body) request.write(piece);
    request.end();
    request.uncork();
  });
}

const lengthOf = (body: string | readonly Uint8Array[]): number =>
  typeof body === "string" ? Buffer.byteLength(body) : body.reduce((sum, { length }) => sum + length, 0);
