import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { Agent, fetch as fetchOver } from "undici";
import { startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "../bridgeHost.ts";
import { jsonLine, type Ready } from "../gatewayProgram.ts";
import { startExtensionHost } from "../leaks/startExtensionHost.ts";
import { program } from "../programs.ts";
import { startGateway } from "../relayGateways.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeComputer, startStandalone } from "../standalone/startStandalone.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { startTokenIssuer } from "../tokenIssuer.ts";
import { patienceMs, until } from "../until.ts";
import { descendants, startProcess } from "../vscode/startProcess.ts";

/** What a process holds, when nothing that could be collected is left. */
export interface Held {
  readonly heapBytes: number;
  /** Open files, sockets and pipes among them. */
  readonly files: number;
  /** What keeps it alive, by the names that Node has for it. */
  readonly resources: Readonly<Record<string, number>>;
}

export interface Endurance {
  readonly what: string;
  /** How often it was done between the two looks. */
  readonly times: number;
  readonly before: Held;
  readonly after: Held;
  /**
   * What each has left of the heap, in bytes, in the third of the times that left least: what is loaded or compiled late is
   * in one of them, and what leaks is in all.
   */
  readonly leastBytes: number;
  /** Processes below it that were there at the second look and not at the first. */
  readonly processes: number;
  readonly seconds: number;
}

/** How often something is done before the first look, and between it and the last, in three parts. */
export interface Times {
  readonly warmUp: number;
  readonly times: number;
}

export const measuring = ["--expose-gc", "--require", resolve("test/support/endurance/measuring.cjs")];

/**
 * What is compiled is compiled once, and kept: a cycle of a window runs through so much that is run seldom that V8 goes on
 * compiling, optimizing and forgetting for a hundred cycles, which is most of what the heap then gains.
 */
const compiledOnce = ["--no-opt", "--no-flush-bytecode", "--no-lazy-feedback-allocation"];

/** What is looked at while it does something. */
interface Program {
  readonly pid: number;
  held(): Promise<Held>;
  act(times: number): Promise<void>;
  /** How long it may take to come to rest, in milliseconds. */
  readonly restMs?: number;
}

/** Looks, does it so often, and looks again, whenever connections that are kept open for a while have ended. */
export async function endure(
  what: string,
  { warmUp, times }: Times,
  { pid, held, act, restMs = 15_000 }: Program,
): Promise<Endurance> {
  await act(warmUp);
  const before = await quiet(held, restMs);
  const children = descendants(pid).length;
  let [after, seconds, leastBytes] = [before, 0, Number.POSITIVE_INFINITY];
  for (let part = 0; part < 3; part++) {
    const start = performance.now();
    await act(times / 3);
    seconds += (performance.now() - start) / 1000;
    const now = await quiet(held, restMs, before.files);
    leastBytes = Math.min(leastBytes, (now.heapBytes - after.heapBytes) / (times / 3));
    after = now;
  }
  return { what, times, before, after, leastBytes, processes: descendants(pid).length - children, seconds };
}

/** Waits until two looks in a row see as many open files, and where so many are expected, until there are no more. */
async function quiet(held: () => Promise<Held>, restMs: number, expected = Number.POSITIVE_INFINITY): Promise<Held> {
  let last = await held();
  const isQuiet = async () => {
    await new Promise((done) => setTimeout(done, 1_000));
    const next = await held();
    const same = next.files === last.files && next.files <= expected;
    last = next;
    return same;
  };
  // One that never comes to rest is what the test is about: it is told, and not waited for.
  await until(isQuiet, "quiet", restMs).catch(() => {});
  return last;
}

/** Calls of a tool, twenty at a time, each of which has to be answered with what it was given. */
async function callAll(client: Client, tool: string, times: number): Promise<void> {
  let next = 0;
  const caller = async () => {
    for (let at = next++; at < times; at = next++) {
      const text = `call ${at}`;
      const answer = await client.callTool({ name: tool, arguments: { text } }, undefined, { timeout: patienceMs });
      if (!JSON.stringify(answer).includes(text))
        throw new Error(`${text} was answered with ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(20, times) }, caller));
}

const heldBy = (pid: number, said: () => string) => async (): Promise<Held> => {
  const lines = () => said().match(/\{"held":.*\}/g) ?? [];
  const before = lines().length;
  process.kill(pid, "SIGPWR");
  const line = await until(() => lines()[before], "what it holds");
  return (JSON.parse(line) as { readonly held: Held }).held;
};

/** A program that leaves something of each kind behind. */
export async function leakingProgram(times: Times): Promise<Endurance> {
  const args = [...measuring, resolve("test/support/endurance/leaking.cjs")];
  const started = startProcess(process.execPath, args, { stdin: true });
  try {
    let leaked = 0;
    const act = async (count: number) => {
      leaked += count;
      started.child.stdin?.write("once more\n".repeat(count));
      await started.line((line) => line === `leaked ${leaked}` || undefined, "the leak");
    };
    const said = () => started.logs.join("\n");
    return await endure("a leak", times, { pid: started.pid, held: heldBy(started.pid, said), act, restMs: 2_000 });
  } finally {
    await started.stop();
  }
}

/** Calls through the program without an editor. */
export async function standaloneCalls(times: Times): Promise<Endurance> {
  const sandbox = await startSandbox({ accessTokenSeconds: 86_400 });
  const computer = makeComputer({});
  const script = [...measuring, ...program("standalone")];
  const args = [sandbox.gatewayUrl, "--keychain", "off", ...computer.browser()];
  const standalone = await startStandalone(args, computer.env, { script });
  try {
    const { pid, client, said } = standalone;
    const act = (count: number) => callAll(client, "sample___echo", count);
    return await endure("calls through the standalone", times, { pid, held: heldBy(pid, said), act });
  } finally {
    await standalone.close();
    await sandbox.stop();
    computer.remove();
  }
}

/** Calls through the gateway's program to a server behind it. */
export async function gatewayCalls(times: Times): Promise<Endurance> {
  const issuer = await startTokenIssuer();
  const target = await startGateway("legacy");
  const folder = makeTemporaryFolder("endurance");
  const file = join(folder, "gateway.json");
  const rules = { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] };
  const configuration = {
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: { customJWTAuthorizer: rules },
    targets: [{ name: "here", targetConfiguration: { mcp: { mcpServer: { endpoint: target.url } } } }],
    local: { port: 0 },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const args = [...measuring, ...program("gateway"), "--config", file];
  const started = startProcess(process.execPath, args, { stdin: true });
  try {
    const ready = await started.line(jsonLine<Ready>("ready"), "the gateway did not start");
    const url = ready.gateways[0]?.url ?? "";
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 86_400 });
    const act = (count: number) => postAll(url, token, count);
    const said = () => started.logs.join("\n");
    return await endure("calls through the gateway", times, { pid: started.pid, held: heldBy(started.pid, said), act });
  } finally {
    await started.stop();
    await target.stop();
    await issuer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function postAll(url: string, token: string, times: number): Promise<void> {
  let next = 0;
  // A connection is not used again when the gateway may be about to close it.
  const dispatcher = new Agent({ keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 });
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const caller = async () => {
    for (let at = next++; at < times; at = next++) {
      const params = { name: "here___echo", arguments: { text: `call ${at}` } };
      const body = JSON.stringify({ jsonrpc: "2.0", id: at, method: "tools/call", params });
      const answer = await (await fetchOver(url, { method: "POST", headers, body, dispatcher })).text();
      if (!answer.includes('"result"')) throw new Error(`call ${at} was answered with ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(20, times) }, caller));
  await dispatcher.close();
}

/** How long a gateway keeps a connection that nobody uses, and with it the caller's end; in milliseconds, and some more. */
const KEPT_MS = 75_000;

/** A window: gateways that are connected, called, signed out of and removed; and calls of a host through its relay. */
export async function windowEndurance(cycles: Times, calls: Times): Promise<readonly Endurance[]> {
  const sandbox = await startSandbox({ accessTokenSeconds: 86_400 });
  const folder = makeTemporaryFolder("endurance");
  mkdirSync(join(folder, "home"));
  const settings = {
    "gatewayConnect.redirectPorts": [35_895, 35_896, 35_897],
    "gatewayConnect.mcpJson.writeOnConnect": "never",
  };
  const env = { ...process.env, HOME: join(folder, "home") };
  const answers = [["Remove", "Remove"]] as const;
  const host = await startExtensionHost(folder, { settings, answers }, { env, flags: [...measuring, ...compiledOnce] });
  try {
    const { pid } = host;
    const held = () => host.ask<Held>({ do: "figures" });
    const storage = await host.ask<string>({ do: "storage" });
    const ids = () => connectionsIn(storage).map(({ id }) => id);
    const connect = async () => {
      await host.ask({ do: "run", command: "connect", args: [sandbox.gatewayUrl] });
      const [id = ""] = await until(() => (ids().length > 0 ? ids() : undefined), "the connection");
      return id;
    };
    const cycle = async (times: number) => {
      for (let at = 0; at < times; at++) {
        const id = await connect();
        await host.ask({ do: "run", command: "signOut", args: [id] });
        await host.ask({ do: "run", command: "removeGateway", args: [id] });
        await until(() => ids().length === 0, "the gateway to be removed");
      }
    };
    const cycled = await endure("connect, sign out, remove in a window", cycles, {
      pid,
      held,
      act: cycle,
      restMs: KEPT_MS,
    });
    const id = await connect();
    await host.ask({ do: "servers" });
    const agent = await startHost(bridgeEntry(storage, { id }));
    const act = (count: number) => callAll(agent.client as Client, "sample___echo", count);
    const called = await endure("calls through a window's relay", calls, { pid, held, act, restMs: KEPT_MS });
    await agent.stop();
    return [cycled, called];
  } finally {
    await host.stop();
    await sandbox.stop();
    removeFolder(folder);
  }
}

function connectionsIn(storage: string): readonly { readonly id: string }[] {
  try {
    const { connections } = JSON.parse(readFileSync(join(storage, "connections.json"), "utf8"));
    return connections as readonly { readonly id: string }[];
  } catch {
    return [];
  }
}
