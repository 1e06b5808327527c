import { join } from "node:path";
import { measureCalls } from "./calls.ts";
import { hostsTable, stormsTable } from "./hostsTables.ts";
import { machineLine } from "./machine.ts";
import { memoryOfMany } from "./memoryOfMany.ts";
import { options } from "./options.ts";
import { seededRandom } from "./random.ts";
import { measureStart } from "./starts.ts";
import { storms } from "./storms.ts";
import { inRounds, oneTurn, Rounds, roundsOf } from "./turns.ts";
import { startWorld } from "./world.ts";

/**
 * Measures what hosts get that start a program from their mcp.json: the bridge, the relay without an editor and
 * mcp-remote, in one run against one gateway. It judges nothing.
 */
const { rounds, before, seed, versions } = options(process.argv.slice(2));
const random = seededRandom(seed);
/** Of each way in a round. */
const STARTS = 2;
const say = (line: string) => console.error(line);
/** Hosts with the MCP SDK v1 close the connection at a message beyond 10 MiB. */
const LARGE_BYTES = 10_000_000;
const INSTANCES = 10;
/** Memory hardly varies, and ten of each take long to start. */
const MEMORY_ROUNDS = Math.min(3, rounds);

const world = await startWorld({ before, versions });
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

  const { starts: started, rest } = await inRounds({ rounds, starts, startsEach: STARTS, random, say }, () =>
    measureCalls(contenders, LARGE_BYTES, random),
  );
  const measured = { starts: started, calls: roundsOf(rest), together: new Rounds<number>() };
  for (let round = 0; round < MEMORY_ROUNDS; round++) measured.together.add(await oneTurn(many, random));
  say("memory measured");

  console.log(`${machineLine(rounds, seed)}\n`);
  console.log(hostsTable(measured, { builds, largeBytes: LARGE_BYTES }));
  console.log(`\n${stormsTable(await storms(join(world.folder, "storms"), { builds, instances: INSTANCES, say }))}`);
} finally {
  await world.stop();
}
