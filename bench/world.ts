import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { relayElsewhere } from "./bridgedRelay.ts";
import { type Build, builds, nameOf } from "./builds.ts";
import { type Asked, startChild } from "./childProcess.ts";
import { type Contender, directly, throughRelay } from "./contenders.ts";
import { throughFetchPipe } from "./fetchPipe.ts";
import type { GatewayPlace } from "./gatewayProcess.ts";
import { prepareMcpRemote } from "./mcpRemote.ts";
import type { Options } from "./options.ts";
import {
  computer,
  type Program,
  pipeBridge,
  pipeProgram,
  throughBridge,
  throughMcpRemote,
  throughStandalone,
} from "./programs.ts";
import type { RelayHost, TokenSet } from "./relayHost.ts";
import { relayPlace } from "./relayMemory.ts";

/** A gateway, and the ways to it that need no build of ours. */
export interface World {
  readonly gateway: Asked;
  readonly gatewayUrl: string;
  /** Goes away with the world. */
  readonly folder: string;
  readonly direct: Contender;
  /** What the ends of the relay's way in VS Code take by themselves. */
  readonly fetchPipe: Contender;
  /** The same for hosts that start a program: alone, and as a bridge to a window. */
  readonly pipes: readonly Program[];
  readonly mcpRemote: Program;
  readonly windows: readonly Window[];
  stop(): Promise<void>;
}

/** One build's part of an editor's window in this process, and the programs that hosts start. */
export interface Window {
  readonly build: Build;
  readonly tokens: TokenSet;
  readonly relay: Contender;
  /** The same, for a gateway that was used before. */
  readonly relayKnown: Contender;
  bridge(): Promise<Program>;
  standalone(): Promise<Program>;
}

/** Starts everything, with a person signed in wherever one can be. */
export async function startWorld({ before, versions }: Pick<Options, "before" | "versions">): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "gwc-bench-"));
  const gateway = startChild("gatewayProcess.mjs");
  const hosts: RelayHost[] = [];
  const elsewhere: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const relay of [...hosts, ...elsewhere]) await relay.stop();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { gatewayUrl } = await gateway.ask<GatewayPlace>({ what: "start", supportedVersions: versions });
    const windows: Window[] = [];
    for (const build of await builds(before)) {
      const tokens = await build.ours.coreSignIn(gatewayUrl);
      const host = await build.ours.startRelayHost(build.dist("relay.cjs"), gatewayUrl, tokens);
      hosts.push(host);
      windows.push(await openWindow(build, host, { gatewayUrl, tokens, folder: join(folder, build.name), elsewhere }));
    }
    const { accessToken } = (windows[0] as Window).tokens;
    const pipe = await throughFetchPipe(gatewayUrl, accessToken);
    elsewhere.push(pipe);
    const bridge = await pipeBridge(gatewayUrl, accessToken, folder);
    elsewhere.push(bridge);
    const pipes = [pipeProgram(gatewayUrl, accessToken), bridge.program];
    const mcpRemote = throughMcpRemote(await prepareMcpRemote(gatewayUrl, join(folder, "mcp-remote")));
    const ways = { direct: directly(gatewayUrl, accessToken), fetchPipe: pipe.contender, pipes, mcpRemote, windows };
    return { gateway, gatewayUrl, folder, ...ways, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const COMPILED_MS = 4_000;

interface WindowPlace {
  readonly gatewayUrl: string;
  readonly tokens: TokenSet;
  readonly folder: string;
  /** Takes what has to be stopped with the world. */
  readonly elsewhere: { stop(): Promise<void> }[];
}

async function openWindow(
  build: Build,
  host: RelayHost,
  { gatewayUrl, tokens, folder, elsewhere }: WindowPlace,
): Promise<Window> {
  await host.add("kept").listTools();
  const known = host.catalogueOf("kept");
  await host.remove("kept");
  return {
    build,
    tokens,
    relay: throughRelay(host, nameOf("relay", build)),
    relayKnown: throughRelay(host, nameOf("relay, gateway known", build), known),
    async bridge() {
      const relay = await relayElsewhere(relayPlace(build, gatewayUrl, tokens));
      elsewhere.push(relay);
      return await throughBridge(build, relay, join(folder, "storage"), { known });
    },
    async standalone() {
      const standalone = throughStandalone(build, gatewayUrl, await computer(join(folder, "computer")));
      // The first start signs in; the keychain has it from then on. A session of a person lasts, and what is compiled is kept
      // in its third second.
      const first = await standalone.connect();
      await first.client.listTools();
      await delay(COMPILED_MS);
      await first.stop();
      return standalone;
    },
  };
}
