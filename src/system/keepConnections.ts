import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Longer than proxies and load balancers keep a connection that nothing goes over: nginx and AWS's take one for good for 60
 * seconds, and a request over one that has just ended here has no answer.
 */
const KEPT_MS = 65_000;

/**
 * Keeps connections open between requests, and ends none over which a request has come already. A program that stood still for
 * a while finds the end of the time before what lies unread, and whoever sent it would get no answer, with no way to tell whether
 * it was done.
 *
 * @param keptMs how long nothing may go over a connection
 */
export function keepConnections(server: Server, keptMs = KEPT_MS): void {
  server.keepAliveTimeout = keptMs;
  server.on("timeout", (socket: Socket) => {
    const { bytesRead } = socket;
    // What has come is read before this is done.
    setImmediate(() => {
      if (socket.bytesRead === bytesRead) socket.destroy();
    });
  });
}
