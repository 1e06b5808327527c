import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A body that is over the limit is named, so that the answer can be 413. */
export type Body = Uint8Array<ArrayBuffer> | "tooLarge";

/** An answer, and what is to be done when the whole of it was sent or nobody wants it any more. */
export interface Reply {
  readonly response: Response;
  readonly ended?: () => Promise<void>;
}

/** @param address of the other end of the connection */
type Respond = (request: Request, body: Body, address: string | undefined) => Promise<Reply>;

/** Listens, and answers each request with a web `Response`, whose stream may last. */
export async function startHttpServer(
  place: { readonly host: string; readonly port: number; readonly maxBodyBytes: number },
  respond: Respond,
): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, place.maxBodyBytes, respond).catch(() => outgoing.destroy());
  });
  // A stream may be silent for hours.
  server.timeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(place.port, place.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  maxBodyBytes: number,
  respond: Respond,
): Promise<void> {
  const ended = new AbortController();
  outgoing.once("close", () => ended.abort());
  const body = await bodyOf(incoming, maxBodyBytes);
  const path = incoming.url?.startsWith("/") ? incoming.url : "/";
  const request = new Request(`http://localhost${path}`, {
    method: incoming.method ?? "GET",
    headers: headersOf(incoming),
    signal: ended.signal,
  });
  const { response, ended: afterwards } = await respond(request, body, incoming.socket.remoteAddress);
  if (body === "tooLarge") response.headers.set("connection", "close");
  try {
    await write(response, outgoing, ended.signal);
  } finally {
    await afterwards?.();
    outgoing.end();
  }
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  // Node takes the first of two, and a proxy before us may have looked at the second (RFC 9110, 5.3). Together they
  // are no credentials.
  const { authorization } = incoming.headersDistinct;
  if (authorization) headers.set("authorization", authorization.join(", "));
  return headers;
}

async function bodyOf(incoming: IncomingMessage, maxBodyBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped: an answer before its end would not reach a client that is still sending.
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes > maxBodyBytes ? "tooLarge" : new Uint8Array(Buffer.concat(chunks));
}

async function write(response: Response, outgoing: ServerResponse, ended: AbortSignal): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  // A client waits for the headers of a stream before it goes on.
  outgoing.flushHeaders();
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const onEnded = () => void reader.cancel().catch(() => {});
  if (ended.aborted) return onEnded();
  ended.addEventListener("abort", onEnded, { once: true });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await drained(outgoing, ended);
  }
}

async function drained(outgoing: ServerResponse, ended: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (ended.aborted) return resolve();
    const done = () => {
      outgoing.off("drain", done);
      ended.removeEventListener("abort", done);
      resolve();
    };
    outgoing.once("drain", done);
    ended.addEventListener("abort", done, { once: true });
  });
}
