import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A body that is over the limit is named, so that the answer can be 413. */
export type Body = Uint8Array | "tooLarge";

/** An answer, and what is to be done when the whole of it was sent or nobody wants it any more. */
export interface Reply {
  readonly response: Response;
  /** Added to those of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly ended?: () => Promise<void>;
}

/** @param address of the other end of the connection */
type Respond = (request: Request, body: Body, address: string | undefined) => Promise<Reply>;

/** Told of what was answered without anybody seeing it, since it could not be read as a request. */
export type Unreadable = (status: number, address: string | undefined) => void;

export interface HttpPlace {
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  /** The longest that the headers of a request may be, all together. */
  readonly maxHeaderBytes: number;
}

/** Listens, and answers each request with a web `Response`, whose stream may last. */
export async function startHttpServer(
  place: HttpPlace,
  respond: Respond,
  unreadable: Unreadable = () => {},
): Promise<HttpServer> {
  const answering = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  const server = createServer({ maxHeaderSize: place.maxHeaderBytes }, (incoming, outgoing) => {
    const { socket } = incoming;
    answering.add(socket);
    outgoing.once("close", () => answering.delete(socket));
    serve(incoming, outgoing, place.maxBodyBytes, respond).catch(() => outgoing.destroy());
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What else comes of the same request is dropped: to close now would take our answer away from the client.
    if (refused.has(socket)) return;
    // In the middle of an answer to an earlier request, words would be taken for a part of it.
    if (!socket.writable || answering.has(socket) || error.code === "ECONNRESET") return void socket.destroy();
    const [status, reason, words] = refusalOf(error.code, place.maxHeaderBytes);
    refused.add(socket);
    unreadable(status, (socket as Socket).remoteAddress);
    const head = [`HTTP/1.1 ${status} ${reason}`, "Content-Type: text/plain; charset=utf-8", "Connection: close"];
    socket.end(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(words)}\r\n\r\n${words}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
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

/** How long a client that was refused has to read why. */
const LINGER_MS = 1000;

/** How Node's own answers have it, with words. */
function refusalOf(code: string | undefined, maxHeaderBytes: number): readonly [number, string, string] {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return [
        431,
        "Request Header Fields Too Large",
        `The headers of a request have ${maxHeaderBytes} bytes at most.\n`,
      ];
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return [413, "Payload Too Large", "The chunks of a body have no such extensions.\n"];
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [408, "Request Timeout", "The request did not come whole in time.\n"];
    default:
      return [400, "Bad Request", "That is no HTTP request.\n"];
  }
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
  const { response, headers, ended: afterwards } = await respond(request, body, incoming.socket.remoteAddress);
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    ...headers,
    ...(body === "tooLarge" && { connection: "close" }),
  });
  try {
    await write(response.body, outgoing, ended.signal, request.method === "GET" ? 0 : HEADERS_WAIT_MS);
  } finally {
    await afterwards?.();
    outgoing.end();
  }
}

function headersOf({ headers, rawHeaders }: IncomingMessage): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  // Node takes the first of two, and a proxy before us may have looked at the second (RFC 9110, 5.3). Together they
  // are no credentials.
  if (all.authorization !== undefined) {
    const given = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "authorization");
    all.authorization = given.join(", ");
  }
  return all;
}

function bodyOf(incoming: IncomingMessage, maxBodyBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    // The rest is read and dropped: an answer before its end would not reach a client that is still sending.
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  });
  return new Promise((resolve, reject) => {
    incoming.once("end", () => resolve(bytes > maxBodyBytes ? "tooLarge" : Buffer.concat(chunks)));
    incoming.once("error", reject);
  });
}

/** How long the headers of an answer wait for its first words, to go with them. */
const HEADERS_WAIT_MS = 10;

async function write(
  body: Response["body"],
  outgoing: ServerResponse,
  ended: AbortSignal,
  headersWaitMs: number,
): Promise<void> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  const onEnded = () => void reader.cancel().catch(() => {});
  if (ended.aborted) return onEnded();
  ended.addEventListener("abort", onEnded, { once: true });
  // A client waits for the headers of a stream before it goes on.
  const timer = headersWaitMs === 0 ? undefined : setTimeout(() => outgoing.flushHeaders(), headersWaitMs);
  if (timer === undefined) outgoing.flushHeaders();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      if (!outgoing.write(value)) await drained(outgoing, ended);
    }
  } finally {
    clearTimeout(timer);
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
