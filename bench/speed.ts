import { builds, nameOf } from "./builds.ts";
import { measureCalls } from "./calls.ts";
import { measureAdded } from "./gatewayCalls.ts";
import { measurePings } from "./gatewayPings.ts";
import { startBenchIssuer } from "./gatewayTokens.ts";
import { machineLine } from "./machine.ts";
import { memoryOfMany } from "./memoryOfMany.ts";
import { options } from "./options.ts";
import { measureProcessorTime, type ProcessorSample } from "./processorTime.ts";
import { emptyProgram } from "./programs.ts";
import { seededRandom } from "./random.ts";
import { coldConnect, relayPlace } from "./relayMemory.ts";
import { figures, gatewayFigures, processorFigures, speedTable } from "./speedTable.ts";
import { measureStart, type StartSample } from "./starts.ts";
import { inRounds, oneTurn, Rounds, roundsOf } from "./turns.ts";
import { startWorld } from "./world.ts";

/**
 * Measures the figures that have an aim, and nothing else, and says which aims are met. Where each comes from is in the
 * tables of the other measurements.
 */
const { rounds, before, seed, versions, only } = options(process.argv.slice(2));
const random = seededRandom(seed);
/** Of each way in a round. */
const STARTS = 4;
const say = (line: string) => console.error(line);
const LARGE_BYTES = 10_000_000;
const INSTANCES = 10;
const MEMORY_ROUNDS = Math.min(3, rounds);

/** With `--only`, one of them. */
const parts: Readonly<Record<string, () => Promise<string>>> = { connected, processor, gateway };
console.log(`${machineLine(rounds, seed)}\n`);
for (const [name, table] of Object.entries(parts)) if (only === undefined || only === name) console.log(await table());

/** What the programs take of the processor. */
async function processor(): Promise<string> {
  if (process.platform !== "linux") return "Only Linux is asked what programs take of the processor.";
  const world = await startWorld({ before, versions });
  try {
    const programs = [world.mcpRemote, emptyProgram()];
    for (const { standalone } of world.windows) programs.push(await standalone());
    const each = programs.map((one) => [one.name, () => measureProcessorTime(one, LARGE_BYTES)] as const);
    const measured = new Rounds<ProcessorSample>();
    for (let round = 0; round < rounds; round++) measured.add(await oneTurn(Object.fromEntries(each), random));
    return speedTable(
      processorFigures(measured),
      world.windows.map(({ build }) => build),
    );
  } finally {
    await world.stop();
  }
}

async function gateway(): Promise<string> {
  const all = await builds(before);
  const issuer = await startBenchIssuer("RS256");
  try {
    const added = await measureAdded(issuer, { builds: all, rounds, random });
    say("calls through the gateway measured");
    const pings = await measurePings(issuer, ["expressOauth2"], {
      builds: all,
      rounds: rounds * 2,
      random,
      calls: false,
    });
    say("pings measured");
    return speedTable(gatewayFigures({ added, pings }), all);
  } finally {
    issuer.stop();
  }
}

/** What hosts and windows of an editor get. */
async function connected(): Promise<string> {
  const world = await startWorld({ before, versions });
  try {
    const { direct, fetchPipe, pipes, mcpRemote, windows, gateway, gatewayUrl } = world;
    const empty = emptyProgram();
    const callers = [direct, fetchPipe, ...pipes, mcpRemote, empty];
    const programs = [mcpRemote, empty];
    const starts: Record<string, () => Promise<StartSample>> = {};
    for (const { build, tokens, relay, bridge, standalone } of windows) {
      const alone = await standalone();
      programs.push(alone);
      callers.push(relay, await bridge(), alone);
      const place = relayPlace(build, gatewayUrl, tokens);
      starts[nameOf("window, bundle not loaded", build)] = () => coldConnect(place, false);
      starts[nameOf("window", build)] = () => coldConnect(place, true);
    }
    for (const program of programs) starts[program.name] = () => measureStart(program, gateway, { quiet: false });
    const many = Object.fromEntries(programs.map((one) => [one.name, () => memoryOfMany(one, INSTANCES)]));

    const { starts: started, rest } = await inRounds({ rounds, starts, startsEach: STARTS, random, say }, () =>
      measureCalls(callers, LARGE_BYTES, random),
    );
    const measured = { starts: started, calls: roundsOf(rest), together: new Rounds<number>() };
    for (let round = 0; round < MEMORY_ROUNDS; round++) measured.together.add(await oneTurn(many, random));
    say("memory measured");
    return speedTable(
      figures(measured),
      windows.map(({ build }) => build),
    );
  } finally {
    await world.stop();
  }
}
