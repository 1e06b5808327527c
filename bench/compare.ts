import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { coreSignIn } from "../test/support/coreSignIn.ts";
import { startChild } from "./childProcess.ts";
import { type Contender, type ContenderName, directly, throughMcpRemote, throughRelay } from "./contenders.ts";
import type { GatewayPlace } from "./gatewayProcess.ts";
import { MCP_REMOTE_VERSION, prepareMcpRemote } from "./mcpRemote.ts";
import { measure, type Sample } from "./measure.ts";
import { startRelayHost } from "./relayHost.ts";
import { coldConnect, type RelayMemory, relayMemory } from "./relayMemory.ts";
import { connectionTable, type Measured, sizesTable } from "./tables.ts";

/**
 * Measures what a connection costs through our relay, through mcp-remote and with nothing in between, all in one run
 * against one gateway, and prints it as Markdown. It judges nothing: times differ from machine to machine.
 */
const ROUNDS = Number(process.argv[2] ?? "5");
if (!(ROUNDS >= 1)) throw new Error("usage: npm run bench [-- <rounds>]");
const started = Date.now();
const folder = await mkdtemp(join(tmpdir(), "gwc-bench-"));
const gateway = startChild("gatewayProcess.mjs");
const say = (line: string) => console.error(line);

try {
  const { gatewayUrl } = await gateway.ask<GatewayPlace>({ what: "place" });
  say("signing in");
  const tokens = await coreSignIn(gatewayUrl);
  const remote = await prepareMcpRemote(gatewayUrl, join(folder, "mcp-remote"));
  const bundle = resolve("dist/relay.cjs");
  const place = { bundle, gatewayUrl, tokens };
  const host = await startRelayHost(bundle, gatewayUrl, tokens);

  const contenders: Contender[] = [
    directly(gatewayUrl, tokens.accessToken),
    throughRelay(host, "relay"),
    throughMcpRemote(remote),
    throughRelay(host, "relayKnown", await knownCatalogue()),
  ];
  const samples: Record<ContenderName, Sample[]> = { direct: [], relay: [], relayKnown: [], mcpRemote: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round only warms up. Each starts with another contender, every second one goes backwards.
    const turned = [...contenders.slice(round % contenders.length), ...contenders.slice(0, round % contenders.length)];
    for (const contender of round % 2 === 0 ? turned : turned.reverse()) {
      const sample = await measure(contender, gateway);
      if (round > 0) samples[contender.name].push(sample);
    }
    say(round === 0 ? "warmed up" : `round ${round} of ${ROUNDS}`);
  }
  const cold: Measured["cold"] = [];
  const memory: RelayMemory[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    cold.push(await coldConnect(place));
    memory.push(await relayMemory(place));
  }
  say("memory measured");

  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${process.platform} ${process.arch};`);
  console.log(`${ROUNDS} rounds, medians; ${new Date().toISOString().slice(0, 10)}.\n`);
  console.log(connectionTable({ samples, cold, memory, mcpRemoteVersion: MCP_REMOTE_VERSION }));
  console.log(`\n${sizesTable(await sizes(bundle))}`);
  for (const name of ["direct", "relay", "relayKnown", "mcpRemote"] as const) {
    say(`${name}: ${samples[name].at(-1)?.requests.join(", ") || "no request"}`);
  }
  await host.stop();

  async function knownCatalogue() {
    const relay = host.add("kept");
    await relay.listTools();
    const catalogue = host.catalogueOf("kept");
    await host.remove("kept");
    return catalogue;
  }
} finally {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
}
say(`done in ${Math.round((Date.now() - started) / 1000)} s`);

async function sizes(relayBundle: string) {
  const bytes = async (path: string) => (await stat(path).catch(() => undefined))?.size;
  const { name, version } = JSON.parse(await readFile("package.json", "utf8")) as { name: string; version: string };
  return {
    extension: await bytes("dist/extension.cjs"),
    relay: await bytes(relayBundle),
    vsix: await bytes(`out/${name}-${version}.vsix`),
  };
}
