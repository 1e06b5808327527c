import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import type { Log } from "../../lib/log.ts";
import { localSocketAddress } from "./localSocketAddress.ts";
import { type RelayHandle, type RelaySocket, startRelaySocket } from "./relaySocket.ts";
import { announceWindow } from "./windowAnnouncement.ts";

/**
 * Opens this window's relay socket under an unguessable name, and announces it to bridges.
 *
 * @param folder the extension's storage folder
 * @param folders the folders of the workspace
 * @throws GatewayFailure `relay_not_started`
 */
export async function startRelayWindow({
  folder,
  folders,
  find,
  log,
}: {
  readonly folder: string;
  readonly folders: readonly string[];
  readonly find: (id: string) => RelayHandle | undefined | Promise<RelayHandle | undefined>;
  readonly log: Log;
}): Promise<RelaySocket> {
  const address = localSocketAddress({
    platform: process.platform,
    directory: folder,
    temporaryDirectory: tmpdir(),
    random: randomBytes(8).toString("hex"),
  });
  const socket = await startRelaySocket({ address, secret: randomBytes(32).toString("base64url"), find, log });
  let withdraw = async (): Promise<void> => {};
  try {
    withdraw = await announceWindow(folder, {
      pid: process.pid,
      socket: address.path,
      key: socket.bridgeKey,
      folders,
      since: Date.now(),
    });
  } catch (error) {
    // This window's editor does not need the announcement.
    log.warn("this window could not be announced to bridges", { error: error instanceof Error ? error.name : "" });
  }
  const { stop } = socket;
  return {
    ...socket,
    async stop() {
      await withdraw();
      await stop();
    },
  };
}
