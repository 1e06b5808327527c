import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";

/** Connections of which nobody knows yet whose they are. */
export interface SilentConnections {
  /** Somebody has said who they are, or asked something to its end: this connection is not among them any more. */
  heard(socket: Duplex): void;
  /** It was answered, and may say nothing from now on. */
  idle(socket: Duplex): void;
}

/**
 * Bounds the connections that say nothing, or never come to an end with it: any program that reaches the listener can open them,
 * and each takes a file descriptor of this process. One more than the most ends the one that has been silent longest, so that
 * whoever has something to say gets in whatever others do.
 */
export function boundSilent(server: Server, most: number): SilentConnections {
  const silent = new Set<Duplex>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
    if (silent.size <= most) return;
    const [oldest] = silent;
    oldest?.destroy();
  });
  return {
    heard: (socket) => void silent.delete(socket),
    idle(socket) {
      if (!socket.destroyed) silent.add(socket);
    },
  };
}

/**
 * The same where nobody has to say who they are: a connection is silent until a request has come whole over it, with its body, and
 * again when all that it asked for is answered.
 */
export function boundSilentCallers(server: HttpServer, most: number): void {
  const silent = boundSilent(server, most);
  const lastAnswers = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (incoming, outgoing) => {
    const { socket } = incoming;
    lastAnswers.set(socket, outgoing);
    const heard = () => silent.heard(socket);
    // No end is told of a request that nobody reads, and whoever answers one without a body has no need to.
    if (hasBody(incoming)) incoming.once("end", heard);
    else heard();
    outgoing.once("close", () => {
      // Of a body that comes after its answer nothing is wanted.
      incoming.off("end", heard);
      // Another request may have come before this one was answered (RFC 9112, 9.3.2).
      if (lastAnswers.get(socket) === outgoing) silent.idle(socket);
    });
  });
}

/** RFC 9112, 6. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
