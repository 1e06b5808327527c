import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { MOST_SILENT_CONNECTIONS_OF_GATEWAY } from "../../lib/limits.ts";
import type { HttpReply, ServedRequest } from "../../lib/servedHttp.ts";
import { keepConnections } from "../../system/keepConnections.ts";
import { authorizationOf, wholeRequest } from "../../system/nodeRequest.ts";
import { sendReply } from "../../system/sendReply.ts";
import { boundSilentCallers } from "../../system/silentConnections.ts";

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** An answer, and what to do once it was sent completely or its client is gone. */
export interface Answered {
  readonly reply: HttpReply;
  readonly ended?: () => Promise<void> | void;
}

/** What is known of a request beside itself. */
export interface Sent {
  /** Kept apart from the other headers, so that nothing behind the check of it can pass it on. */
  readonly authorization: string | null;
  /** The header `DPoP` (RFC 9449, 4.1), likewise. */
  readonly proof: string | null;
  /** The address of the caller's end of the connection. */
  readonly address: string | undefined;
  /** Whether the body exceeded the limit, and was discarded. */
  readonly isTooLarge: boolean;
}

type Respond = (request: ServedRequest, sent: Sent) => Promise<Answered>;

/** Stands before a server, and lets a request in by `handle`, or answers in its place. */
export type Door = (incoming: IncomingMessage, outgoing: ServerResponse, handle: () => void) => void;

/** A request that `respond` was not asked about, or that it could not answer. */
export interface Unanswered {
  readonly status: number;
  readonly address: string | undefined;
  /** The method and the target, where so much of the request could be read. */
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  /** What the connection ended in the middle of. */
  readonly incomplete?: "request" | "answer";
}

/** Hears what `respond` is not asked about, or what it did not foresee. */
export interface ServerEvents {
  /** Called once for each such request, with what it was answered, or would have been had its caller stayed. */
  readonly unanswered?: (one: Unanswered) => void;
  /** An exception ended the connection without an answer. */
  readonly unforeseen?: (error: unknown) => void;
  /** Faults on demand, to test clients against. */
  readonly door?: Door | undefined;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  /** The maximum total size of a request's headers. */
  readonly maxHeaderBytes: number;
}

/** Listens, and answers each request, maybe with a long-lived stream. */
export async function startHttpServer(
  address: ListenAddress,
  respond: Respond,
  { unanswered = () => {}, unforeseen = () => {}, door }: ServerEvents = {},
): Promise<HttpServer> {
  const answering = new WeakMap<Duplex, IncomingMessage>();
  const refused = new WeakSet<Duplex>();
  /** Connections that brought a request. Their end is no request that was cut off. */
  const used = new WeakSet<Duplex>();
  /** A connection that was reset does not know whose it was. */
  const addresses = new WeakMap<Duplex, string | undefined>();
  const factsOf = (socket: Duplex, incoming?: IncomingMessage) => ({
    address: addresses.get(socket),
    ...(incoming && { method: incoming.method, target: incoming.url }),
  });
  const options = { maxHeaderSize: address.maxHeaderBytes, requireHostHeader: false };
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { socket } = incoming;
    answering.set(socket, incoming);
    used.add(socket);
    outgoing.once("close", () => answering.delete(socket));
    // RFC 9112, 3.2. Node would answer the same, and tell nobody.
    if (incoming.headers.host === undefined && incoming.httpVersion === "1.1") return refuse(socket, noHost, incoming);
    const facts = factsOf(socket, incoming);
    const serving = { maxBodyBytes: address.maxBodyBytes, respond, unanswered, facts };
    serve(incoming, outgoing, serving).catch((error: unknown) => {
      // A caller who left is no fault of ours.
      if (!outgoing.destroyed && !socket.destroyed) unforeseen(error);
      outgoing.destroy();
    });
  };
  const refuse = (socket: Duplex, [status, reason, words]: Refusal, incoming?: IncomingMessage) => {
    refused.add(socket);
    unanswered({ status, ...factsOf(socket, incoming) });
    const head = [`HTTP/1.1 ${status} ${reason}`, "Content-Type: text/plain; charset=utf-8", "Connection: close"];
    socket.end(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(words)}\r\n\r\n${words}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
  const server = createServer(
    options,
    door ? (incoming, outgoing) => door(incoming, outgoing, () => answer(incoming, outgoing)) : answer,
  );
  boundSilentCallers(server, MOST_SILENT_CONNECTIONS_OF_GATEWAY);
  server.on("connection", (socket) => addresses.set(socket, socket.remoteAddress));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Further errors of the same request are ignored: closing now would discard our answer to the client.
    if (refused.has(socket)) return;
    const isReset = error.code === "ECONNRESET";
    const current = answering.get(socket);
    // In the middle of an answer to an earlier request, the client would take our text for part of that answer.
    if (socket.writable && !current && !isReset) return refuse(socket, refusalOf(error.code, address.maxHeaderBytes));
    // The request that came in part is told of by whoever reads it, and one that is being answered by its answer.
    const isOther = current ? current.complete && !isReset : !isReset || !used.has(socket);
    if (isOther && (socket as Socket).bytesRead > 0) {
      refused.add(socket);
      unanswered({ status: 400, ...factsOf(socket), incomplete: "request" });
    }
    socket.destroy();
  });
  // Without these two Node closes the connection, or answers by itself.
  server.on("connect", (incoming, socket) => {
    socket.on("error", () => socket.destroy());
    refuse(socket, noProxy, incoming);
  });
  server.on("checkExpectation", (incoming) => refuse(incoming.socket, noExpectation, incoming));
  // A stream may be silent for hours.
  server.timeout = 0;
  keepConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
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

/** How long a refused client has to read the reason. */
const LINGER_MS = 1000;

type Refusal = readonly [status: number, reason: string, words: string];

const noHost: Refusal = [400, "Bad Request", "A request names its host (RFC 9112, 3.2).\n"];
const noProxy: Refusal = [405, "Method Not Allowed", "This is no proxy.\n"];
/** Of 100-continue, the one that there is, Node takes care (RFC 9110, 10.1.1). */
const noExpectation: Refusal = [417, "Expectation Failed", "The one expectation that is met is 100-continue.\n"];

/** Node's own statuses for these errors, with a reason. */
function refusalOf(code: string | undefined, maxHeaderBytes: number): Refusal {
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

const hidden: ReadonlySet<string> = new Set(["authorization", "dpop"]);

interface Serving {
  readonly maxBodyBytes: number;
  readonly respond: Respond;
  readonly unanswered: NonNullable<ServerEvents["unanswered"]>;
  readonly facts: Pick<Unanswered, "address" | "method" | "target">;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { maxBodyBytes, respond, unanswered, facts }: Serving,
): Promise<void> {
  const orElse = (status: number, incomplete: "request" | "answer") => (error: unknown) => {
    unanswered({ status, ...facts, incomplete });
    throw error;
  };
  const read = wholeRequest(incoming, outgoing, { maxBodyBytes, hidden });
  const { request, isTooLarge } = await read.catch(orElse(400, "request"));
  const { dpop } = incoming.headers;
  const sent = {
    ...{ authorization: authorizationOf(incoming), address: facts.address, isTooLarge },
    // Several are joined, and so none.
    proof: dpop === undefined ? null : [dpop].flat().join(", "),
  };
  const { reply, ended } = await respond(request, sent).catch(orElse(500, "answer"));
  const sending = isTooLarge ? { ...reply, headers: { ...reply.headers, connection: "close" } } : reply;
  await sendReply(sending, outgoing, ended);
}
