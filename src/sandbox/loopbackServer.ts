import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * Lets a server listen on the loopback interface.
 *
 * @param port 0 for a free one
 * @returns the port
 * @throws Error of Node, where the port is taken
 */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Ends a server, with the connections that it has. */
export const stopped = (server: HttpServer): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/**
 * Reserves a port until the gateway takes it. The gateway's address is the audience of the tokens, so it has to be
 * known before the gateway listens. Whoever comes meanwhile is turned away at once: an editor that comes back to a sandbox that
 * starts anew would wait for an answer, and the release of the port for the editor.
 */
export async function reservePort(wanted: number): Promise<{ readonly port: number; release(): Promise<void> }> {
  const server = createServer((socket) => socket.resetAndDestroy());
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: await listen(server, wanted), release };
}
