import { join } from "node:path";
import { type CallSample, measureCalls } from "./calls.ts";
import { hostsTable, stormsTable } from "./hostsTables.ts";
import { machineLine } from "./machine.ts";
import { memoryOfMany } from "./memoryOfMany.ts";
import { options } from "./options.ts";
import { seededRandom } from "./random.ts";
import { measureStart, type StartSample } from "./starts.ts";
import { storms } from "./storms.ts";
import { oneTurn, Rounds } from "./turns.ts";
import { startWorld } from "./world.ts";

/**
 * Measures what hosts get that start a program from their mcp.json: the bridge, the relay without an editor and
 * mcp-remote, in one run against one gateway. It judges nothing.
 */
const { rounds, before, seed } = options(process.argv.slice(2));
const random = seededRandom(seed);
/** Of each way in a round. */
const STARTS = 2;
const say = (line: string) => console.error(line);
/** Hosts with the MCP SDK v1 close the connection at a message beyond 10 MiB. */
const LARGE_BYTES = 10_000_000;
const INSTANCES = 10;
/** Memory hardly varies, and ten of each take long to start. */
const MEMORY_ROUNDS = Math.min(3, rounds);

const world = await startWorld(before);
try {
  const { direct, mcpRemote, windows, gateway } = world;
  const builds = windows.map(({ build }) => build);
  const programs = [mcpRemote];
  for (const { bridge, standalone } of windows) programs.push(await bridge(), await standalone());
  const contenders = [direct, ...programs];
  const starts = Object.fromEntries(
    contenders.map((one) => [one.name, () => measureStart(one, gateway, { quiet: true })]),
  );
  const many = Object.fromEntries(programs.map((one) => [one.name, () => memoryOfMany(one, INSTANCES)]));

  const measured = {
    starts: new Rounds<StartSample>(),
    calls: new Rounds<CallSample>(),
    together: new Rounds<number>(),
  };
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < STARTS; turn++) {
      const started = await oneTurn(starts, random);
      if (round > 0) measured.starts.add(started);
    }
    const called = await measureCalls(contenders, LARGE_BYTES, random);
    say(round === 0 ? "warmed up" : `round ${round} of ${rounds}`);
    if (round === 0) continue;
    measured.calls.add(called);
  }
  for (let round = 0; round < MEMORY_ROUNDS; round++) measured.together.add(await oneTurn(many, random));
  say("memory measured");

  console.log(`${machineLine(rounds, seed)}\n`);
  console.log(hostsTable(measured, { builds, largeBytes: LARGE_BYTES }));
  console.log(`\n${stormsTable(await storms(join(world.folder, "storms"), { builds, instances: INSTANCES, say }))}`);
} finally {
  await world.stop();
}
