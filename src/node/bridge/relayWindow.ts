import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import type { Log } from "../../lib/log.ts";
import type { BridgeAdmission } from "./bridgeDoor.ts";
import { localSocketAddress } from "./localSocketAddress.ts";
import { type RelayHandle, type RelaySocket, startRelaySocket } from "./relaySocket.ts";
import { keepAnnounced } from "./windowAnnouncement.ts";

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
  refusal,
  log,
}: {
  readonly folder: string;
  readonly folders: readonly string[];
  readonly find: (id: string) => RelayHandle | undefined | Promise<RelayHandle | undefined>;
  /** See `BridgeAdmission.refusal`. */
  readonly refusal?: BridgeAdmission["refusal"];
  readonly log: Log;
}): Promise<RelaySocket> {
  const address = localSocketAddress({
    platform: process.platform,
    directory: folder,
    temporaryDirectory: tmpdir(),
    random: randomBytes(8).toString("hex"),
  });
  const secret = randomBytes(32).toString("base64url");
  const socket = await startRelaySocket({ address, secret, find, refusal, log });
  // This window's editor does not need the announcement.
  const notAnnounced = (error: unknown) =>
    log.warn("this window could not be announced to bridges", { error: error instanceof Error ? error.name : "" });
  let withdraw = async (): Promise<void> => {};
  try {
    const announcement = {
      pid: process.pid,
      socket: address.path,
      key: socket.bridgeKey,
      folders,
      since: Date.now(),
    };
    withdraw = await keepAnnounced(folder, announcement, notAnnounced);
  } catch (error) {
    notAnnounced(error);
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
