import { posix } from "node:path";

/**
 * The longest path a Unix socket may have everywhere: `sun_path` holds 104 bytes on macOS and 108 on Linux, with
 * the closing zero.
 */
export const MAX_SOCKET_PATH_BYTES = 100;

/** A place two processes of this machine can meet at, without a port. */
export type LocalSocketAddress =
  | { readonly kind: "unix"; readonly directory: string; readonly path: string }
  | { readonly kind: "pipe"; readonly path: string };

/**
 * Chooses where the relay listens: a named pipe on Windows, elsewhere a socket in a folder of its own.
 *
 * @param directory where it should be, such as the extension's storage folder
 * @param temporaryDirectory used when the path in `directory` is too long for a socket
 * @param random makes the name unique and not guessable; every window has its own
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
  const candidates = [
    posix.join(directory, random),
    posix.join(temporaryDirectory, `gwc-${random}`),
    `/tmp/gwc-${random}`,
  ];
  for (const folder of candidates) {
    const path = posix.join(folder, "relay.sock");
    if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { kind: "unix", directory: folder, path };
  }
  const folder = `/tmp/gwc-${random.slice(0, 16)}`;
  return { kind: "unix", directory: folder, path: `${folder}/relay.sock` };
}

/**
 * The address in the form VS Code's MCP client takes: the socket as the path, what to ask for as the fragment.
 *
 * The client hands the path on as it is, so that a pipe has to keep its backslashes; `pipe:///pipe/…` would reach
 * Windows as a file on the current drive. The form for pipes follows from the client's source and was not run.
 */
export function socketUri(address: LocalSocketAddress, target: string): string {
  const fragment = encodeURI(`/${target}`);
  return address.kind === "unix"
    ? `unix://${encodeURI(address.path)}#${fragment}`
    : `pipe:${encodeURIComponent(address.path)}#${fragment}`;
}
