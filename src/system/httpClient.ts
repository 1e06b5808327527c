import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { HttpAnswer, HttpFetch, HttpRequest } from "../lib/httpPort.ts";
import { httpAnswer } from "./httpAnswer.ts";
import { agentsByEnvironment, type ChosenAgent, type HttpAgents } from "./proxyAgents.ts";

export interface HttpClient {
  /**
   * Sends a request and resolves when the head of the answer is there. Whoever asked has to read its body or cancel it.
   * A redirect is an answer like any other.
   *
   * It waits for as long as the signal lets it: how long a server may think is its caller's to say.
   *
   * @throws TypeError as `fetch` has it, with what Node found as its cause; or the reason of the signal
   */
  readonly fetch: HttpFetch;
  /** Closes the connections that nobody uses. */
  close(): void;
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
export function httpClient(connections: HttpAgents = agentsByEnvironment(IDLE_MS)): HttpClient {
  return {
    async fetch(address, request = {}) {
      request.signal?.throwIfAborted();
      const url = new URL(address);
      if (url.protocol !== "https:" && url.protocol !== "http:") {
        throw new TypeError("fetch failed", { cause: new Error("unknown scheme") });
      }
      return await send(url, request, await agentFor(url, connections));
    },
    close: () => connections.close(),
  };
}

async function agentFor(url: URL, connections: HttpAgents): Promise<ChosenAgent> {
  try {
    return await connections.to(url);
  } catch (cause) {
    throw new TypeError("fetch failed", { cause });
  }
}

function send(url: URL, asked: HttpRequest, { agent, proxy }: ChosenAgent): Promise<HttpAnswer> {
  const { signal, body, method = "GET" } = asked;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const isSecure = url.protocol === "https:";
    const options: RequestOptions = {
      method,
      agent,
      headers: {
        ...defaultHeaders,
        "accept-encoding": isSecure ? "br, gzip" : "gzip",
        ...asked.headers,
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      },
    };
    const onAnswer = (incoming: IncomingMessage) => resolve(httpAnswer(incoming, signal));
    const request = (isSecure ? httpsRequest : httpRequest)(url, options, onAnswer);
    // With an error, Node would give it to the connection too, where nobody hears it once the answer has ended.
    const onAbort = () => request.destroy();
    signal?.addEventListener("abort", onAbort, { once: true });
    request.once("close", () => signal?.removeEventListener("abort", onAbort));
    // After the answer, what reads its body is told.
    request.on("error", (error) => {
      const cause = proxy === undefined ? error : byProxy(error, proxy);
      reject(signal?.aborted ? signal.reason : new TypeError("fetch failed", { cause }));
    });
    if (proxy !== undefined) refuseProxysAnswer(request);
    request.end(body);
  });
}

/** What a proxy answers in place of a tunnel is its own word, and would be taken for the server's. */
function refuseProxysAnswer(request: ClientRequest): void {
  request.once("proxyConnect", ({ statusCode }: { readonly statusCode?: number }) => {
    if (statusCode === undefined || statusCode === 200) return;
    request.destroy(Object.assign(new Error("no tunnel"), { code: `HTTP ${statusCode}` }));
  });
}

/** The same failure, which says in `told` that a proxy was on the way. */
const byProxy = (error: NodeJS.ErrnoException, proxy: string): Error =>
  Object.assign(error, { told: `${error.code ?? error.message}, through the proxy ${proxy}` });
