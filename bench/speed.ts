import { nameOf } from "./builds.ts";
import { measureCalls } from "./calls.ts";
import { measureAdded } from "./gatewayCalls.ts";
import { measurePings } from "./gatewayPings.ts";
import { startBenchIssuer } from "./gatewayTokens.ts";
import { machineLine } from "./machine.ts";
import { memoryOfMany } from "./memoryOfMany.ts";
import { options } from "./options.ts";
import { seededRandom } from "./random.ts";
import { coldConnect, relayPlace } from "./relayMemory.ts";
import { figures, type SpeedMeasured, speedTable } from "./speedTable.ts";
import { measureStart, type StartSample } from "./starts.ts";
import { inRounds, oneTurn, Rounds, roundsOf } from "./turns.ts";
import { startWorld } from "./world.ts";

/**
 * Measures the figures that have an aim, and nothing else, and says which aims are met. Where each comes from is in the
 * tables of the other measurements.
 */
const { rounds, before, seed } = options(process.argv.slice(2));
const random = seededRandom(seed);
/** Of each way in a round. */
const STARTS = 4;
const say = (line: string) => console.error(line);
const LARGE_BYTES = 10_000_000;
const INSTANCES = 10;
const MEMORY_ROUNDS = Math.min(3, rounds);

const connected = await measureConnected();
const issuer = await startBenchIssuer("RS256");
try {
  const { builds } = connected;
  const added = await measureAdded(issuer, { builds, rounds, random });
  say("calls through the gateway measured");
  const pings = await measurePings(issuer, ["expressOauth2"], { builds, rounds: rounds * 2, random, calls: false });
  say("pings measured");
  console.log(`${machineLine(rounds, seed)}\n`);
  console.log(speedTable(figures({ ...connected, added, pings }), builds));
} finally {
  issuer.stop();
}

/** What hosts and windows of an editor get. */
async function measureConnected(): Promise<Omit<SpeedMeasured, "added" | "pings">> {
  const world = await startWorld(before);
  try {
    const { direct, mcpRemote, windows, gateway, gatewayUrl } = world;
    const callers = [direct, mcpRemote];
    const programs = [mcpRemote];
    const starts: Record<string, () => Promise<StartSample>> = {};
    for (const { build, tokens, relay, bridge, standalone } of windows) {
      const alone = await standalone();
      programs.push(alone);
      callers.push(relay, await bridge(), alone);
      const place = relayPlace(build, gatewayUrl, tokens);
      starts[nameOf("window", build)] = () => coldConnect(place, false);
      starts[nameOf("window, bundle loaded", build)] = () => coldConnect(place, true);
    }
    for (const program of programs) starts[program.name] = () => measureStart(program, gateway, { quiet: false });
    const many = Object.fromEntries(programs.map((one) => [one.name, () => memoryOfMany(one, INSTANCES)]));

    const { starts: started, rest } = await inRounds({ rounds, starts, startsEach: STARTS, random, say }, () =>
      measureCalls(callers, LARGE_BYTES, random),
    );
    const measured = { starts: started, calls: roundsOf(rest), together: new Rounds<number>() };
    for (let round = 0; round < MEMORY_ROUNDS; round++) measured.together.add(await oneTurn(many, random));
    say("memory measured");
    return { ...measured, builds: windows.map(({ build }) => build) };
  } finally {
    await world.stop();
  }
}
