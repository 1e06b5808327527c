import { rm, rmdir } from "node:fs/promises";
import { posix } from "node:path";

/** What `localSocketAddress` gives a window: no other path is touched, whatever a file says. */
const SOCKET_OF_A_WINDOW = /\/(?:gwc-)?[0-9a-f]{16}\/relay\.sock$/;

/** Removes the socket of a window that has ended, with its folder, unless that contains something else. A pipe went with it. */
export async function removeLeftSocket(path: unknown): Promise<void> {
  if (typeof path !== "string" || !SOCKET_OF_A_WINDOW.test(path)) return;
  await rm(path, { force: true }).catch(() => {});
  await rmdir(posix.dirname(path)).catch(() => {});
}
