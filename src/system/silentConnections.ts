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
