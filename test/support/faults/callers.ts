import { tmpdir } from "node:os";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { localSocketAddress } from "../../../src/node/bridge/localSocketAddress.ts";
import { startRelaySocket } from "../../../src/node/bridge/relaySocket.ts";
import { bridgeEntry, startHost, storageFolder } from "../bridgeHost.ts";
import { connectWorld } from "../connectWorld.ts";
import { recordingLog } from "../fakePorts.ts";
import { programClock } from "../programClock.ts";
import { makeComputer, startStandalone } from "../standalone/startStandalone.ts";
import { patienceMs } from "../until.ts";
import { codeOf } from "./faultRun.ts";

/** Somebody who is signed in at a gateway by one of our programs, and calls its tools. */
export interface Caller {
  /** Calls a tool that changes something. @returns `answered`, or the code of what is told */
  note(): Promise<string>;
  /** How many pages to sign in were opened. */
  pages(): number;
  /** Lets this much time pass for the program alone. */
  later(seconds: number): void;
  stop(): Promise<void>;
}

/** With them a tool that changes something needs no further sign-in. */
const scopes = ["openid", "profile", "offline_access", "gateway.read", "gateway.write"];

/** What a person reads of the failures that are waited for here, whose codes no host is told. */
const told: readonly (readonly [words: RegExp, code: string])[] = [
  [/^saved/, "answered"],
  [/The connection to .* was lost/, "gateway_connection_lost"],
  [/cannot be reached/, "gateway_unreachable"],
];
const codeOfText = (text: string): string => told.find(([words]) => words.test(text))?.[1] ?? text;

async function window(gatewayUrl: string) {
  const world = connectWorld({ settings: { [gatewayUrl]: { scopes } } });
  await world.connect(gatewayUrl);
  const id = world.gateways.book.all[0]?.id ?? "";
  return { world, id };
}

async function inWindow(gatewayUrl: string): Promise<Caller> {
  const { world, id } = await window(gatewayUrl);
  return {
    note: () => world.call(id, "sample___save_note", { text: "a note" }).then(codeOfText, codeOf),
    pages: () => world.opened.length,
    later: (seconds) => world.later(seconds * 1000),
    stop: () => world.stop(),
  };
}

const noteOf = async (client: Client): Promise<string> => {
  const params = { name: "sample___save_note", arguments: { text: "a note" } };
  const { content } = await client.callTool(params, undefined, { timeout: patienceMs });
  return codeOfText((content as { text?: string }[])[0]?.text ?? "");
};

/** A host that reaches a window's relay by the bridge. */
async function throughBridge(gatewayUrl: string): Promise<Caller> {
  const { world, id } = await window(gatewayUrl);
  const storage = await storageFolder();
  const place = { platform: process.platform, directory: storage.folder, temporaryDirectory: tmpdir(), random: id };
  const socket = await startRelaySocket({
    address: localSocketAddress(place),
    secret: "a secret",
    find: (wanted) => world.gateways.relay(wanted),
    log: recordingLog(),
  });
  await storage.announce(socket);
  const host = await startHost(bridgeEntry(storage.folder, { id, waitMs: patienceMs }));
  return {
    note: () => noteOf(host.client),
    pages: () => world.opened.length,
    later: (seconds) => world.later(seconds * 1000),
    async stop() {
      await host.stop();
      await world.stop();
      await socket.stop();
      await storage.remove();
    },
  };
}

async function byStandalone(gatewayUrl: string): Promise<Caller> {
  const computer = makeComputer({});
  const clock = programClock();
  const args = [gatewayUrl, "--keychain", "off", "--scopes", scopes.join(" "), ...computer.browser()];
  const { client, call } = await startStandalone(args, { ...computer.env, ...clock.env });
  // It signs in for the first call.
  await call("sample___whoami");
  return {
    note: () => noteOf(client),
    pages: () => computer.opened().length,
    later: (seconds) => clock.moveOn(seconds),
    async stop() {
      await client.close();
      clock.remove();
      computer.remove();
    },
  };
}

/** Each of the programs that stand between an agent and a gateway. */
export const callers = {
  window: inWindow,
  bridge: throughBridge,
  standalone: byStandalone,
} satisfies Record<string, (gatewayUrl: string) => Promise<Caller>>;

export type CallerName = keyof typeof callers;
