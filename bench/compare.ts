import { readFile, stat } from "node:fs/promises";
import { nameOf } from "./builds.ts";
import { measureCalls } from "./calls.ts";
import { compareTable, sizesTable } from "./compareTables.ts";
import { machineLine } from "./machine.ts";
import { options } from "./options.ts";
import { seededRandom } from "./random.ts";
import { coldConnect, type RelayMemory, relayMemory, relayPlace } from "./relayMemory.ts";
import { measureStart, type StartSample } from "./starts.ts";
import { inRounds, oneTurn, roundsOf } from "./turns.ts";
import { startWorld } from "./world.ts";

/**
 * Measures what a connection costs through our relay, through mcp-remote and with nothing in between, all in one run
 * against one gateway, and prints it as Markdown. It judges nothing: times differ from machine to machine.
 */
const { rounds, before, seed, versions } = options(process.argv.slice(2));
const random = seededRandom(seed);
/** Of each way in a round. */
const STARTS = 2;
const say = (line: string) => console.error(line);
const MEBIBYTE = 1024 * 1024;

const world = await startWorld({ before, versions });
try {
  const { direct, mcpRemote, windows, gateway } = world;
  const starts: Record<string, () => Promise<StartSample>> = {};
  const memories: Record<string, () => Promise<RelayMemory>> = {};
  for (const one of [direct, mcpRemote, ...windows.flatMap(({ relay, relayKnown }) => [relay, relayKnown])]) {
    starts[one.name] = () => measureStart(one, gateway, { quiet: true });
  }
  for (const { build, tokens } of windows) {
    const place = relayPlace(build, world.gatewayUrl, tokens);
    starts[nameOf("first of a window", build)] = () => coldConnect(place, false);
    starts[nameOf("first of a window, bundle loaded", build)] = () => coldConnect(place, true);
    memories[nameOf("relay", build)] = () => relayMemory(place);
  }
  const callers = [direct, mcpRemote, ...windows.map(({ relay }) => relay)];

  const { starts: started, rest } = await inRounds({ rounds, starts, startsEach: STARTS, random, say }, async () => ({
    called: await measureCalls(callers, MEBIBYTE, random),
    kept: await oneTurn(memories, random),
  }));
  const measured = {
    starts: started,
    calls: roundsOf(rest.map(({ called }) => called)),
    memory: roundsOf(rest.map(({ kept }) => kept)),
  };

  console.log(`${machineLine(rounds, seed)}\n`);
  const builds = windows.map(({ build }) => build);
  console.log(compareTable(measured, builds));
  const sizes = builds.map(async (build) => ({
    build,
    extension: await bytes(build.dist("extension.cjs")),
    relay: await bytes(build.dist("relay.cjs")),
  }));
  console.log(`\n${sizesTable(await Promise.all(sizes), await vsixBytes())}`);
  for (const name of Object.keys(starts)) {
    const { requests } = measured.starts.of(name).at(-1) ?? {};
    if (requests) say(`${name}: ${requests.join(", ") || "no request"}`);
  }
} finally {
  await world.stop();
}

async function vsixBytes(): Promise<number | undefined> {
  const { name, version } = JSON.parse(await readFile("package.json", "utf8")) as { name: string; version: string };
  return await bytes(`out/${name}-${version}.vsix`);
}

async function bytes(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
