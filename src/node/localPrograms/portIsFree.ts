import { createServer } from "node:net";

/**
 * Whether a port of this machine can be listened on, by listening for a moment. `localhost` means both of its loopback
 * addresses, as a sign-in listens on both.
 */
export async function portIsFree(port: number, host: string): Promise<boolean> {
  const addresses = host === "localhost" ? ["127.0.0.1", "::1"] : [host.replace(/^\[|\]$/g, "")];
  for (const address of addresses) if (!(await isFree(port, address))) return false;
  return true;
}

function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    // A machine may have no IPv6, or none that is switched on: nobody else has the port there either.
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(host === "::1" && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT"));
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
