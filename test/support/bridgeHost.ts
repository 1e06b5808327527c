import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { handOver } from "../../src/node/bridge/handOver.ts";
import type { RelaySocket } from "../../src/node/bridge/relaySocket.ts";
import { announceWindow } from "../../src/node/bridge/windowAnnouncement.ts";
import { program } from "./programs.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

/** Where a program of a test listens that takes the place of a window. */
export function listeningPlace(name: string): string {
  const unique = `gwc-${name}-${randomBytes(4).toString("hex")}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${unique}` : join(tmpdir(), unique);
}

/** The extension's storage folder as bridges see it. */
export async function storageFolder() {
  const folder = makeTemporaryFolder("bridge");
  return {
    folder,
    /** Announces this window; what comes back takes it back. */
    announce: (socket: Pick<RelaySocket, "address" | "bridgeKey">, more: { folders?: readonly string[] } = {}) =>
      announceWindow(folder, {
        pid: process.pid,
        socket: socket.address.path,
        key: socket.bridgeKey,
        folders: more.folders ?? [],
        since: Date.now(),
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a window leaves beside the bridge, where nothing is set for these gateways. */
export const leaveSettings = (folder: string, gateways: readonly string[]): Promise<void> =>
  handOver(folder, () => ({
    gateways: gateways.map((url) => ({ url, authorization: { kind: "none" } })),
    ...{ folders: [], settings: { gateways: {}, shared: {} } },
    rules: { user: undefined, workspace: undefined },
  }))();

/** What an entry of an mcp.json says, of a bridge. */
export function bridgeEntry(folder: string, { id = "test", waitMs = 500 } = {}) {
  return {
    command: process.execPath,
    args: program("bridge"),
    env: {
      ELECTRON_RUN_AS_NODE: "1",
      GATEWAY_CONNECT_ENTRY: `${id}:1`,
      GATEWAY_CONNECT_FOLDER: folder,
      GATEWAY_CONNECT_WAIT_MS: String(waitMs),
    },
  };
}

/** A host of today (SDK v1), which starts the entry with the reduced environment that Kiro gives. */
export async function startHost(
  entry: { readonly command: string; readonly args: readonly string[]; readonly env: Record<string, string> },
  {
    capabilities = {},
    cwd,
    prepare,
  }: { capabilities?: ClientCapabilities; cwd?: string; prepare?: (client: Client) => void } = {},
) {
  const client = new Client({ name: "kiro", version: "0.0.0" }, { capabilities });
  prepare?.(client);
  const transport = new StdioClientTransport({
    command: entry.command,
    args: [...entry.args],
    env: entry.env,
    stderr: "pipe",
    ...(cwd !== undefined && { cwd }),
  });
  let said = "";
  transport.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  await client.connect(transport);
  return {
    client,
    pid: transport.pid ?? 0,
    said: () => said,
    stop: () => client.close(),
  };
}
