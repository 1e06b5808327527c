import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { localSocketAddress } from "../../src/node/bridge/localSocketAddress.ts";

/** A place for a window's socket that nobody else has. */
export function socketAddress() {
  const directory = tmpdir();
  const { platform } = process;
  return localSocketAddress({ platform, directory, temporaryDirectory: directory, random: randomUUID().slice(0, 8) });
}
