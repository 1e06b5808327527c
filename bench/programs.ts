import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { asHosts } from "./asHosts.ts";
import type { BridgedRelay } from "./bridgedRelay.ts";
import { type Build, nameOf } from "./builds.ts";
import { builtModule } from "./childProcess.ts";
import type { Connected, Contender } from "./contenders.ts";
import type { McpRemote } from "./mcpRemote.ts";
import type { Catalogue } from "./relayHost.ts";

/** A program that a host's mcp.json names: started for every host, and spoken to over its standard streams. */
export interface Program extends Contender {
  connect(): Promise<Connected & { readonly pid: number }>;
}

/** Starts a program as hosts do, and resolves when it answered `initialize`. */
async function started(args: readonly string[], env: Readonly<Record<string, string>>) {
  const client = new Client({ name: "some-host", version: "1.0.0" }, asHosts);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...args],
    env: { ...env },
    stderr: process.env.BENCH_DEBUG ? "inherit" : "ignore",
  });
  await client.connect(transport);
  return { client, pid: transport.pid ?? 0, stop: () => client.close() };
}

/**
 * The bridge as an entry starts it, towards a relay.
 *
 * @param folder takes the place of the extension's storage
 * @param one the connection that all of them have in common; without it each has its own
 */
export async function throughBridge(
  build: Build,
  relay: BridgedRelay,
  folder: string,
  { known, one }: { readonly known?: Catalogue | undefined; readonly one?: string } = {},
): Promise<Program> {
  await mkdir(join(folder, "bridge"), { recursive: true });
  const script = join(folder, "bridge", "bridge.cjs");
  await copyFile(build.dist("bridge.cjs"), script);
  await build.ours.announceWindow(folder, {
    pid: relay.pid,
    socket: relay.socketPath,
    key: relay.bridgeKey,
    folders: [],
    since: Date.now(),
  });
  let count = 0;
  return {
    name: nameOf("bridge", build),
    async connect() {
      count += 1;
      const id = one ?? `bridge-${count}`;
      if (one === undefined || count === 1) await relay.add(id, known);
      const env = { GATEWAY_CONNECT_FOLDER: folder, GATEWAY_CONNECT_ENTRY: `${id}:1`, ELECTRON_RUN_AS_NODE: "1" };
      const connected = await started([script], env);
      return {
        ...connected,
        async stop() {
          await connected.stop();
          if (one === undefined) await relay.remove(id);
        },
      };
    },
  };
}

/** The relay without an editor, for the person of `computer`. */
export function throughStandalone(build: Build, gatewayUrl: string, { env, browser }: Computer): Program {
  const args = [build.dist("standalone.mjs"), gatewayUrl, "--browser", browser];
  return { name: nameOf("standalone", build), connect: () => started(args, env) };
}

export function throughMcpRemote({ args, env }: McpRemote): Program {
  const connect = () => started(args, { ...(process.env as Record<string, string>), ...env });
  return { name: "mcpRemote", connect };
}

/** What a host has of any program, whatever that does. */
export const emptyProgram = (): Program => ({
  name: "empty",
  connect: () => started([builtModule("emptyProgram.mjs")], {}),
});

/** A program between host and gateway that hands on what they say, and nothing else. */
export const pipeProgram = (gatewayUrl: string, accessToken: string): Program => ({
  name: "pipe",
  connect: () => started([builtModule("pipeProgram.mjs"), "gateway"], pipeEnvironment(gatewayUrl, accessToken)),
});

/** The same in the two processes of a bridge and a window, which has the editor's `fetch`. */
export async function pipeBridge(gatewayUrl: string, accessToken: string, folder: string) {
  const script = builtModule("pipeProgram.mjs");
  const path = join(folder, "pipe.sock");
  const env = pipeEnvironment(gatewayUrl, accessToken);
  const window = fork(script, ["window", path], { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await once(window, "message");
  const program: Program = { name: "pipe bridge", connect: () => started([script, "bridge", path], {}) };
  return {
    program,
    async stop() {
      const ended = once(window, "close");
      window.kill();
      await ended;
    },
  };
}

const pipeEnvironment = (gatewayUrl: string, accessToken: string) => ({
  BENCH_GATEWAY: gatewayUrl,
  BENCH_TOKEN: accessToken,
});

export interface Computer {
  readonly env: Readonly<Record<string, string>>;
  /** A command that signs the person in at the address it is given; it notes each in `opened`. */
  readonly browser: string;
  readonly opened: string;
  readonly keychain: string;
}

/**
 * A computer with a keychain and a person at its browser, for programs that are started with its environment. The
 * keychain is a shell script over files: what is measured is our program, not a desktop's.
 */
export async function computer(folder: string): Promise<Computer> {
  const keychain = join(folder, "keychain");
  const opened = join(folder, "opened");
  await mkdir(keychain, { recursive: true });
  await executable(
    join(folder, "secret-tool"),
    `act=$1; for last; do :; done
file="${keychain}/$(printf %s "$last" | tr -c 'A-Za-z0-9._-' _)"
case $act in
store) cat > "$file.$$" && mv "$file.$$" "$file" ;;
lookup) [ -f "$file" ] && cat "$file" || exit 1 ;;
clear) rm -f "$file" ;;
esac`,
  );
  const script = resolve("out/bench/browser.mjs");
  const browser = await executable(
    join(folder, "browser"),
    `exec "${process.execPath}" "${script}" "${opened}" allow "$1"`,
  );
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, HOME: folder, XDG_CACHE_HOME: join(folder, "cache") };
  return { env, browser, opened, keychain };
}

async function executable(path: string, text: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}
