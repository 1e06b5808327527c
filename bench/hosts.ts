import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { coreSignIn } from "../test/support/coreSignIn.ts";
import { startChild } from "./childProcess.ts";
import { type Contender, directly } from "./contenders.ts";
import type { GatewayPlace } from "./gatewayProcess.ts";
import { type HostContender, type HostsMeasured, hostsTable, stormsTable } from "./hostsTables.ts";
import { MCP_REMOTE_VERSION, prepareMcpRemote, residentBytes } from "./mcpRemote.ts";
import { measure } from "./measure.ts";
import { computer, type Program, throughBridge, throughMcpRemote, throughStandalone } from "./programs.ts";
import { startRelayHost } from "./relayHost.ts";
import { storms } from "./storms.ts";

/**
 * Measures what hosts get that start a program from their mcp.json: the bridge, the relay without an editor and
 * mcp-remote, in one run against one gateway. It judges nothing.
 */
const ROUNDS = Number(process.argv[2] ?? "5");
if (!(ROUNDS >= 1)) throw new Error("usage: npm run bench:hosts [-- <rounds>]");
/** Hosts with the MCP SDK v1 close the connection at a message beyond 10 MiB. */
const LARGE_BYTES = 10_000_000;
const INSTANCES = 10;
const folder = await mkdtemp(join(tmpdir(), "gwc-bench-"));
const gateway = startChild("gatewayProcess.mjs");
const say = (line: string) => console.error(line);

try {
  const { gatewayUrl } = await gateway.ask<GatewayPlace>({ what: "place" });
  say("signing in");
  const tokens = await coreSignIn(gatewayUrl);
  const host = await startRelayHost(resolve("dist/relay.cjs"), gatewayUrl, tokens);
  const relay = host.add("kept");
  await relay.listTools();
  const known = host.catalogueOf("kept");
  const person = await computer(join(folder, "computer"));
  const standalone = throughStandalone(gatewayUrl, person.env, ["--browser", person.browser]);
  const programs: readonly Program[] = [
    await throughBridge(host, join(folder, "storage"), { known }),
    standalone,
    throughMcpRemote(await prepareMcpRemote(gatewayUrl, join(folder, "mcp-remote"))),
  ];
  // The first start signs in; the keychain has it from then on.
  const first = await standalone.start();
  await first.client.listTools();
  await first.stop();

  const contenders: Contender<HostContender>[] = [
    directly(gatewayUrl, tokens.accessToken),
    ...programs.map(({ name, start }) => ({ name, connect: start })),
  ];
  const samples: HostsMeasured["samples"] = { direct: [], bridge: [], standalone: [], mcpRemote: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round only warms up. Each starts with another contender, every second one goes backwards.
    const turned = [...contenders.slice(round % contenders.length), ...contenders.slice(0, round % contenders.length)];
    for (const contender of round % 2 === 0 ? turned : turned.reverse()) {
      const sample = await measure(contender, gateway, LARGE_BYTES).catch((cause) => {
        throw new Error(`${contender.name} could not be measured`, { cause });
      });
      if (round > 0) samples[contender.name].push(sample);
    }
    say(round === 0 ? "warmed up" : `round ${round} of ${ROUNDS}`);
  }
  const together: Record<Program["name"], number> = { bridge: 0, standalone: 0, mcpRemote: 0 };
  for (const program of programs) together[program.name] = await memoryOfMany(program);
  say("memory measured");
  await host.stop();

  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${process.platform} ${process.arch};`);
  console.log(`${ROUNDS} rounds, medians; ${new Date().toISOString().slice(0, 10)}.\n`);
  console.log(hostsTable({ samples, together, mcpRemoteVersion: MCP_REMOTE_VERSION, largeBytes: LARGE_BYTES }));
  console.log(`\n${stormsTable(await storms(join(folder, "storms"), INSTANCES, say), MCP_REMOTE_VERSION)}`);
} finally {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
}

/** What all processes of several hosts at once have in memory, each with its tools listed. */
async function memoryOfMany(program: Program): Promise<number> {
  const running = [];
  try {
    for (let count = 0; count < INSTANCES; count++) running.push(await program.start());
    for (const { client } of running) await client.listTools();
    const sizes = await Promise.all(running.map(({ pid }) => residentBytes(pid)));
    return sizes.reduce((sum, size) => sum + size, 0);
  } finally {
    for (const { stop } of running) await stop();
  }
}
