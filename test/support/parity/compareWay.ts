import { differencesOf } from "./differencesOf.ts";
import { type Eras, eraPairs, namedDifferences } from "./namedDifferences.ts";
import { type WayName, ways } from "./parityWays.ts";
import { directly, type Observed, runProbes } from "./runProbes.ts";

/** How a way compares with none. */
export interface Compared {
  /** Differences that nobody named. */
  readonly unnamed: readonly string[];
  /** Named ones that were not seen. */
  readonly unseen: readonly string[];
}

/** What hosts see of a server of their own era. */
const direct = {
  legacy: runOnce(() => runProbes(directly, { host: "legacy", server: "legacy" })),
  modern: runOnce(() => runProbes(directly, { host: "modern", server: "modern" })),
};

export const directOf = (era: keyof typeof direct): Promise<Observed> => direct[era]();

/** Compares a way with the direct one of the host's era, in every pair of eras. */
export async function compareWay(way: WayName): Promise<Compared> {
  const compared = await Promise.all(eraPairs.map((eras) => compareIn(way, eras)));
  return { unnamed: compared.flatMap(({ unnamed }) => unnamed), unseen: compared.flatMap(({ unseen }) => unseen) };
}

async function compareIn(way: WayName, eras: Eras): Promise<Compared> {
  const [expected, observed] = await Promise.all([directOf(eras.host), runProbes(ways[way], eras)]);
  const named = namedDifferences.filter((one) => one.ways.includes(way) && one.eras.includes(eras));
  const unseen = new Set(named);
  const unnamed: string[] = [];
  for (const [probe, seen] of Object.entries(observed)) {
    for (const { at, direct, here } of differencesOf(expected[probe], seen)) {
      const found = named.filter((one) => one.probe.test(probe) && one.at.test(at));
      for (const one of found) unseen.delete(one);
      if (found.length === 0) unnamed.push(`${pair(eras)}: ${probe}: ${at}: ${say(direct)}, and here ${say(here)}`);
    }
  }
  return { unnamed, unseen: [...unseen].map(({ what }) => `${pair(eras)}: ${what}`) };
}

const pair = ({ host, server }: Eras) => `${host} host, ${server} server`;
const say = (value: unknown) => JSON.stringify(value) ?? "nothing";

function runOnce<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}
