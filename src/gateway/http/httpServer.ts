import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { HttpReply, ServedRequest } from "../../lib/servedHttp.ts";
import { authorizationOf, wholeRequest } from "../../system/nodeRequest.ts";
import { sendReply } from "../../system/sendReply.ts";

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
  /** The address of the caller's end of the connection. */
  readonly address: string | undefined;
  /** Whether the body exceeded the limit, and was discarded. */
  readonly isTooLarge: boolean;
}

type Respond = (request: ServedRequest, sent: Sent) => Promise<Answered>;

/** Hears what `respond` is not asked about, or what it did not foresee. */
export interface ServerEvents {
  /** Bytes could not be read as a request and were answered without `respond`. */
  readonly unreadable?: (status: number, address: string | undefined) => void;
  /** An exception ended the connection without an answer. */
  readonly unforeseen?: (error: unknown) => void;
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
  { unreadable = () => {}, unforeseen = () => {} }: ServerEvents = {},
): Promise<HttpServer> {
  const answering = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  const options = { maxHeaderSize: address.maxHeaderBytes, requireHostHeader: false };
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { socket } = incoming;
    answering.add(socket);
    outgoing.once("close", () => answering.delete(socket));
    // RFC 9112, 3.2. Node would answer the same, and tell nobody.
    if (incoming.headers.host === undefined && incoming.httpVersion === "1.1") return refuse(socket, noHost);
    serve(incoming, outgoing, { maxBodyBytes: address.maxBodyBytes, respond }).catch((error: unknown) => {
      // A caller who left is no fault of ours.
      if (!outgoing.destroyed && !socket.destroyed) unforeseen(error);
      outgoing.destroy();
    });
  };
  const refuse = (socket: Duplex, [status, reason, words]: Refusal) => {
    refused.add(socket);
    unreadable(status, (socket as Socket).remoteAddress);
    const head = [`HTTP/1.1 ${status} ${reason}`, "Content-Type: text/plain; charset=utf-8", "Connection: close"];
    socket.end(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(words)}\r\n\r\n${words}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
  const server = createServer(options, answer);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Further errors of the same request are ignored: closing now would discard our answer to the client.
    if (refused.has(socket)) return;
    // In the middle of an answer to an earlier request, the client would take our text for part of that answer.
    if (!socket.writable || answering.has(socket) || error.code === "ECONNRESET") return void socket.destroy();
    refuse(socket, refusalOf(error.code, address.maxHeaderBytes));
  });
  // Without these two Node closes the connection, or answers by itself.
  server.on("connect", (_incoming, socket) => {
    socket.on("error", () => socket.destroy());
    refuse(socket, noProxy);
  });
  server.on("checkExpectation", ({ socket }) => refuse(socket, noExpectation));
  // A stream may be silent for hours.
  server.timeout = 0;
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

const hidden: ReadonlySet<string> = new Set(["authorization"]);

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { maxBodyBytes, respond }: { readonly maxBodyBytes: number; readonly respond: Respond },
): Promise<void> {
  const { request, isTooLarge } = await wholeRequest(incoming, outgoing, { maxBodyBytes, hidden });
  const sent = { authorization: authorizationOf(incoming), address: incoming.socket.remoteAddress, isTooLarge };
  const { reply, ended } = await respond(request, sent);
  const sending = isTooLarge ? { ...reply, headers: { ...reply.headers, connection: "close" } } : reply;
  await sendReply(sending, outgoing, ended);
}
