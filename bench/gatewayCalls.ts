import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Build, nameOf } from "./builds.ts";
import { startServer } from "./gatewayPings.ts";
import { type Started, startGatewayProgram } from "./gatewayProgram.ts";
import type { BenchIssuer } from "./gatewayTokens.ts";
import type { Random } from "./random.ts";
import { inTurns, Rounds } from "./turns.ts";

const CALLS = 200;
const WARM_UP_CALLS = 100;

/** Milliseconds of each call: directly to a real MCP server and through what stands between; all servers anew each round. */
export async function measureAdded(
  bench: BenchIssuer,
  { builds, rounds, random }: { readonly builds: readonly Build[]; readonly rounds: number; readonly random: Random },
): Promise<Rounds<readonly number[]>> {
  const target = await startEverything();
  const [token = ""] = await bench.tokens(1);
  const measured = new Rounds<readonly number[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      measured.add(await measureRound(target.url, { builds, issuer: bench.issuer, token, random }));
    }
  } finally {
    await target.stop();
  }
  return measured;
}

async function measureRound(
  targetUrl: string,
  {
    builds,
    issuer,
    token,
    random,
  }: {
    readonly builds: readonly Build[];
    readonly issuer: string;
    readonly token: string;
    readonly random: Random;
  },
): Promise<Record<string, number[]>> {
  const servers: Record<string, Started> = {};
  const clients: Client[] = [];
  try {
    servers.bytePipe = await startServer({ what: "bytePipe", targetUrl });
    servers.sdkEnds = await startServer({ what: "sdkEnds", targetUrl });
    for (const build of builds) {
      servers[nameOf("gateway", build)] = await startGatewayProgram(build, issuer, [targetUrl]);
    }
    const calls: Record<string, () => Promise<unknown>> = {};
    const urls = Object.entries(servers).map(([name, { url }]) => [name, url] as const);
    for (const [name, url] of [["direct", targetUrl] as const, ...urls]) {
      const client = await connect(url, token);
      clients.push(client);
      const tool = name.startsWith("gateway") ? "t0___echo" : "echo";
      calls[name] = () => client.callTool({ name: tool, arguments: { message: "hello" } });
    }
    await inTurns(calls, { count: WARM_UP_CALLS, random });
    return await inTurns(calls, { count: CALLS, random });
  } finally {
    for (const client of clients) await client.close();
    for (const server of Object.values(servers)) await server.stop();
  }
}

export async function connect(url: string, token: string): Promise<Client> {
  const one = new Client({ name: "bench", version: "1.0.0" }, { versionNegotiation: { mode: "legacy" } });
  const headers = { authorization: `Bearer ${token}` };
  await one.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return one;
}

/** The protocol's own sample server, over HTTP. */
export async function startEverything(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const program = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
  const child = spawn(process.execPath, [program, "streamableHttp"], {
    env: { ...process.env, PORT: String(port) },
    stdio: "ignore",
  });
  const closed = once(child, "close");
  const url = `http://127.0.0.1:${port}/mcp`;
  while (!(await fetch(url).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error("server-everything ended early");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    async stop() {
      child.kill();
      await closed;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
