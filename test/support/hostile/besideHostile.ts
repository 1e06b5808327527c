import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "../bridgeHost.ts";
import { type Held, measuring } from "../endurance/endurance.ts";
import { recordRequests } from "../leaks/requestRecord.ts";
import { SecretFinder } from "../leaks/secretFinder.ts";
import { startExtensionHost } from "../leaks/startExtensionHost.ts";
import { testProgram } from "../programs.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeComputer, startStandalone } from "../standalone/startStandalone.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { patienceMs, until } from "../until.ts";
import { startProcess } from "../vscode/startProcess.ts";

/** The mark of all that the hostile gateway sends. */
const MARK = "from-the-hostile-gateway";

/** How long one call is waited for: what floods, what is flooded and who looks share two processors, with other tests too. */
const FLOODED_MS = 4 * patienceMs;

/** What became of a good gateway, and of the program that has both, while another one floods it. */
export interface Besides {
  /** How long calls to the good gateway took, in milliseconds, one after the other: before, and during the flood. */
  readonly quietMs: readonly number[];
  readonly floodedMs: readonly number[];
  /** How much the hostile gateway has sent, in messages and bytes, and how often it was asked for its tools meanwhile. */
  readonly sent: number;
  readonly sentBytes: number;
  readonly listings: number;
  /** What its own host was told by it, in messages, and what the good gateway's host heard of it. */
  readonly toldOwn: number;
  readonly toldOther: number;
  /** What the hostile gateway learned of the other one, by kind; never the value. */
  readonly learned: readonly string[];
  /** How many things of the other gateway it could have learned. */
  readonly secrets: number;
  readonly requests: number;
  /** What grew, in bytes: the heap of the program that has both, its files. */
  readonly heapBytes: number;
  readonly fileBytes: number;
  /** Lines of the log that were written during the flood. */
  readonly logLines: number;
}

async function startHostile() {
  const started = startProcess(process.execPath, [testProgram("test/support/hostile/floodingGateway.ts")], {
    stdin: true,
  });
  const url = await started.line(
    (line) => (line.startsWith("{") ? (JSON.parse(line) as { url: string }).url : undefined),
    "no gateway",
  );
  const control = async <T>(what: string) => (await (await fetch(new URL(`/control/${what}`, url))).json()) as T;
  return { url, control, stop: () => started.stop() };
}

interface Seen {
  readonly counts: Readonly<Record<string, number>>;
  readonly seen: readonly string[];
}

/** Somebody who calls, and counts what is said besides. */
interface Caller {
  readonly client: Client;
  readonly told: { count: number; marked: number };
  stop(): Promise<void>;
}

/** A program that has both gateways at once, or one for each. */
interface Program {
  caller(which: "hostile" | "good"): Promise<Caller>;
  held(): Promise<Held>;
  readonly folder: string;
  logLines(): Promise<number>;
  stop(): Promise<void>;
}

const listening = (told: Caller["told"]) => (client: Client) => {
  client.fallbackNotificationHandler = async (notification) => {
    told.count += 1;
    if (JSON.stringify(notification).includes(MARK)) told.marked += 1;
  };
};

/** Calls the good gateway before a flood of the other one and during it. */
export async function besideHostile(where: "window" | "standalone", calls: number): Promise<Besides> {
  const recorded = recordRequests();
  const sandbox = await startSandbox({ recordSecrets: true, accessTokenSeconds: 86_400 });
  const hostile = await startHostile();
  const program = await (where === "window" ? windowWith : standalonesWith)(hostile.url, sandbox.gatewayUrl);
  try {
    const good = await program.caller("good");
    const bad = await program.caller("hostile");
    await bad.client.callTool({ name: "tool-1", arguments: {} });
    const timed = () => timedCalls(good.client, calls);
    await timed();
    const quietMs = await timed();
    const before = { held: await program.held(), files: sizeOf(program.folder), lines: await program.logLines() };
    await hostile.control("flood");
    await until(async () => ((await hostile.control<Seen>("counts")).counts.sent ?? 0) > 5_000, "the flood");
    const over = new AbortController();
    const { signal } = over;
    const results = Promise.all(
      Array.from({ length: 20 }, () =>
        bad.client.callTool({ name: "tool-1", arguments: {} }, undefined, { signal }).catch(() => {}),
      ),
    );
    const floodedMs = await timed();
    over.abort();
    await results;
    await hostile.control("stop");
    const { counts, seen } = await hostile.control<Seen>("seen");
    const lines = await program.logLines();
    const after = await until(async () => settled(program, before.held), "rest").catch(() => program.held());
    const secrets = ofTheOther(sandbox, recorded.requests);
    const found = new SecretFinder(secrets).find(seen.join("\n"));
    await Promise.all([good.stop(), bad.stop()]);
    return {
      ...{
        quietMs,
        floodedMs,
        sent: counts.sent ?? 0,
        sentBytes: counts.bytes ?? 0,
        listings: counts["tools/list"] ?? 0,
      },
      ...{ toldOwn: bad.told.count, toldOther: good.told.marked, secrets: secrets.length, requests: seen.length },
      learned: found.map(({ secret, form }) => `${secret.kind} (${form})`),
      heapBytes: after.heapBytes - before.held.heapBytes,
      fileBytes: sizeOf(program.folder) - before.files,
      logLines: lines - before.lines,
    };
  } finally {
    await program.stop();
    await hostile.stop();
    await sandbox.stop();
    recorded.stop();
  }
}

async function settled(program: Program, before: Held): Promise<Held | undefined> {
  const now = await program.held();
  return now.heapBytes - before.heapBytes < 8_000_000 ? now : undefined;
}

async function timedCalls(client: Client, calls: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 0; at < calls; at++) {
    const text = `call ${at}`;
    const start = performance.now();
    const answer = await client.callTool({ name: "sample___echo", arguments: { text } }, undefined, {
      timeout: FLOODED_MS,
    });
    times.push(performance.now() - start);
    if (!JSON.stringify(answer).includes(text)) throw new Error(`${text}: ${JSON.stringify(answer).slice(0, 200)}`);
  }
  return times;
}

/** What the good gateway has that another one must not learn: secrets, sessions, addresses, names. */
function ofTheOther(
  sandbox: Awaited<ReturnType<typeof startSandbox>>,
  requests: ReturnType<typeof recordRequests>["requests"],
) {
  const port = Number(new URL(sandbox.gatewayUrl).port);
  const sessions = requests.flatMap(({ server, headers }) =>
    server === port ? headers.filter((_, at) => headers[at - 1]?.toLowerCase() === "mcp-session-id") : [],
  );
  const all = [
    ...sandbox.issuedSecrets().map(({ kind, value }) => [kind, value] as const),
    ...[...new Set(sessions)].map((value) => ["session", value] as const),
    ...[
      ["address", sandbox.gatewayUrl.slice(7)],
      ["issuer", sandbox.issuer.slice(7)],
    ].map(([kind, value]) => [kind, value] as const),
    ["name", `local-${port}`] as const,
    ["tool", "sample___echo"] as const,
    ["person", "Ada Lovelace"] as const,
  ];
  return all.map(([kind = "", value = ""]) => ({ kind, value, owners: [] }));
}

async function windowWith(hostileUrl: string, goodUrl: string): Promise<Program> {
  const folder = makeTemporaryFolder("hostile");
  mkdirSync(join(folder, "home"));
  const settings = {
    "gatewayConnect.redirectPorts": [35_901, 35_902, 35_903],
    "gatewayConnect.mcpJson.writeOnConnect": "never",
  };
  const env = { ...process.env, HOME: join(folder, "home") };
  const host = await startExtensionHost(folder, { settings, answers: [] }, { env, flags: measuring });
  for (const url of [hostileUrl, goodUrl]) await host.ask({ do: "run", command: "connect", args: [url] });
  await host.ask({ do: "servers" });
  const storage = await host.ask<string>({ do: "storage" });
  const { connections } = JSON.parse(readFileSync(join(storage, "connections.json"), "utf8")) as {
    readonly connections: readonly { readonly id: string; readonly url: string }[];
  };
  const agents: { stop(): Promise<void> }[] = [];
  return {
    folder: storage,
    held: () => host.ask<Held>({ do: "held" }),
    logLines: async () => (await host.ask<{ readonly logged: readonly string[] }>({ do: "told" })).logged.length,
    async caller(which) {
      const id = connections.find(({ url }) => url === (which === "good" ? goodUrl : hostileUrl))?.id ?? "";
      const told = { count: 0, marked: 0 };
      const agent = await startHost(bridgeEntry(storage, { id }), { prepare: listening(told) });
      agents.push(agent);
      return { client: agent.client, told, stop: agent.stop };
    },
    async stop() {
      // Those of a test that failed would keep its process.
      await Promise.all(agents.map((agent) => agent.stop()));
      await host.stop();
      removeFolder(folder);
    },
  };
}

/** A program for each, on one computer with one keychain. */
async function standalonesWith(hostileUrl: string, goodUrl: string): Promise<Program> {
  const computer = makeComputer({ keyring: true });
  const said: (() => string)[] = [];
  const open: (() => Promise<void>)[] = [];
  return {
    folder: join(computer.folder, "cache"),
    held: async () => ({ heapBytes: 0, files: 0, resources: {} }),
    logLines: async () => said.reduce((sum, one) => sum + one().split("\n").length, 0),
    async caller(which) {
      const told = { count: 0, marked: 0 };
      const url = which === "good" ? goodUrl : hostileUrl;
      const args = [url, "--verbose", ...computer.browser()];
      const started = await startStandalone(args, computer.env, { prepare: listening(told) });
      said.push(started.said);
      open.push(started.close);
      return { client: started.client, told, stop: started.close };
    },
    async stop() {
      await Promise.all(open.map((close) => close()));
      computer.remove();
    },
  };
}

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0);
}
