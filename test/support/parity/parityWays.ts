import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bridgeEntry, storageFolder } from "../bridgeHost.ts";
import { program } from "../programs.ts";
import { socketFetch } from "../relayEditor.ts";
import { startRelay } from "../relayWorld.ts";
import { makeComputer } from "../standalone/startStandalone.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { startProcess } from "../vscode/startProcess.ts";
import type { Door } from "./parityHost.ts";

export const wayNames = ["relay", "bridge", "standalone", "local gateway"] as const;
export type WayName = (typeof wayNames)[number];

/** The name that the local gateway has for the server. */
export const TARGET = "parity";

/** What stands between a host and a server. */
export interface Opened {
  readonly door: Door;
  stop(): Promise<void>;
}

/** Opens each way to the server at an address, as it ships. */
export const ways: Readonly<Record<WayName, (url: string) => Promise<Opened>>> = {
  /** An editor's HTTP requests to the window's socket. */
  async relay(url) {
    const world = await startRelay(url);
    const door = {
      kind: "http",
      url: "http://localhost/test",
      fetch: socketFetch(world.socket) as typeof fetch,
    } as const;
    return { door, stop: () => world.stop() };
  },
  /** A host with an mcp.json, whose entry starts the bridge. */
  async bridge(url) {
    const world = await startRelay(url);
    const storage = await storageFolder();
    await storage.announce(world.socket);
    return {
      door: { kind: "stdio", ...bridgeEntry(storage.folder) },
      async stop() {
        await world.stop();
        await storage.remove();
      },
    };
  },
  async standalone(url) {
    const computer = makeComputer({});
    const args = [...program("standalone"), url, "--keychain", "off"];
    return {
      door: { kind: "stdio", command: process.execPath, args, env: computer.env },
      stop: async () => computer.remove(),
    };
  },
  async "local gateway"(url) {
    const folder = makeTemporaryFolder("parity");
    const file = join(folder, "a.json");
    // Without these a server may ask callers of earlier versions nothing, as at AgentCore.
    const mcp = { sessionConfiguration: {}, streamingConfiguration: { enableResponseStreaming: true } };
    const targets = [{ name: TARGET, http: { url } }];
    writeFileSync(file, JSON.stringify({ authorizerType: "NONE", protocolConfiguration: { mcp }, targets }));
    const started = startProcess(process.execPath, [...program("gateway"), "--config", file], { stdin: true });
    const at = await started.line((line) => /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.url, "it did not start");
    return {
      door: { kind: "http", url: at },
      async stop() {
        await started.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};
