import { seededRandom } from "./random.ts";

/** The value below which the given share (0 to 1) of the values lies, on the line between its two neighbours. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  if (below === undefined || above === undefined) throw new Error("no values were measured");
  return below + (above - below) * (rank % 1);
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const p99 = (values: readonly number[]): number => percentile(values, 0.99);

/** A number for each round that is looked at, from 0 to 1: the share of all rounds that come before it. */
type Draw = readonly number[];

/** What comes out of all rounds, or of any drawing of them. */
export interface Quantity {
  readonly rounds: number;
  of(draw: Draw): number;
}

/** @param statistic what is made of the values of all rounds together */
export function quantity(byRound: readonly (readonly number[])[], statistic = median): Quantity {
  const rounds = byRound.length;
  const drawn = (share: number) => byRound[Math.floor(share * rounds)] ?? [];
  return { rounds, of: (draw) => statistic(draw.slice(0, rounds).flatMap(drawn)) };
}

/** What one comes to beyond the other. */
export const over = (one: Quantity, base: Quantity): Quantity => ({
  rounds: Math.min(one.rounds, base.rounds),
  of: (draw) => one.of(draw) - base.of(draw),
});

/** Out of all rounds. */
export function overall(one: Quantity): number {
  return one.of(Array.from({ length: one.rounds }, (_, round) => (round + 0.5) / one.rounds));
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const DRAWS = 200;

/**
 * One by the other, and how sure that is: as many rounds as there are get drawn again and again, some twice and some
 * never, always the same for both, since what is slow for a while is slow for both (bootstrap, Efron 1979). The middle
 * half of what comes out lies between the quartiles.
 *
 * @returns nothing when a difference came out as nothing or less too often to divide by it
 */
export function ratioOf(ours: Quantity, theirs: Quantity): Spread | undefined {
  const random = seededRandom(1);
  const ratios: number[] = [];
  for (let drawing = 0; drawing < DRAWS; drawing++) {
    const draw = Array.from({ length: Math.max(ours.rounds, theirs.rounds) }, random);
    const [one, other] = [ours.of(draw), theirs.of(draw)];
    if (one > 0 && other > 0) ratios.push(one / other);
  }
  if (ratios.length < DRAWS * 0.75) return undefined;
  return { median: median(ratios), low: percentile(ratios, 0.25), high: percentile(ratios, 0.75) };
}
