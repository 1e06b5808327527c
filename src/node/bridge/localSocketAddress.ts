import { posix } from "node:path";

/**
 * The longest path that a Unix socket may have on every system: `sun_path` holds 104 bytes on macOS and 108 on Linux,
 * including the terminating zero.
 */
export const MAX_SOCKET_PATH_BYTES = 100;

/** An address at which two processes of this machine connect without a port. */
export type LocalSocketAddress =
  | { readonly kind: "unix"; readonly directory: string; readonly path: string }
  | { readonly kind: "pipe"; readonly path: string };

/**
 * Chooses where the relay listens: a named pipe on Windows, elsewhere a socket in a folder of its own.
 *
 * @param directory the preferred folder, such as the extension's storage folder
 * @param temporaryDirectory used when the path in `directory` is too long for a socket
 * @param random makes the name unique and unguessable, in a few characters; every window has its own
 */
export function localSocketAddress({
  platform,
  directory,
  temporaryDirectory,
  random,
}: {
  readonly platform: string;
  readonly directory: string;
  readonly temporaryDirectory: string;
  readonly random: string;
}): LocalSocketAddress {
  if (platform === "win32") return { kind: "pipe", path: `\\\\.\\pipe\\gateway-connect-${random}` };
  const socketIn = (folder: string) => posix.join(folder, "relay.sock");
  const fits = (folder: string) => Buffer.byteLength(socketIn(folder)) <= MAX_SOCKET_PATH_BYTES;
  const preferred = [posix.join(directory, random), posix.join(temporaryDirectory, `gwc-${random}`)];
  const folder = preferred.find(fits) ?? `/tmp/gwc-${random}`;
  return { kind: "unix", directory: folder, path: socketIn(folder) };
}

/**
 * The address in the form that VS Code's MCP client takes: the socket as the path, the request's target as the
 * fragment.
 *
 * The client passes the path on unchanged, so a pipe has to keep its backslashes: Windows would take `pipe:///pipe/…`
 * for a file on the current drive. The form for pipes follows from the client's source and was not run.
 */
export function socketUri(address: LocalSocketAddress, target: string): string {
  const fragment = encodeURI(`/${target}`);
  return address.kind === "unix"
    ? `unix://${encodeURI(address.path)}#${fragment}`
    : `pipe:${encodeURIComponent(address.path)}#${fragment}`;
}
