import { type Random, shuffled } from "./random.ts";
import { median, type Quantity, quantity } from "./statistics.ts";

/** What is measured side by side, each under the name that its column has. */
export type SideBySide<T = unknown> = Readonly<Record<string, () => Promise<T>>>;

/** Long enough to be under way, and short enough that what else the machine does meets all alike. */
const BLOCK = 5;

/**
 * Lets all take turns in short blocks, in an order that is drawn anew each time.
 *
 * @param count how many calls of each
 * @returns milliseconds of each call
 */
export async function inTurns(
  calls: SideBySide,
  { count, block = BLOCK, random }: { readonly count: number; readonly block?: number; readonly random: Random },
): Promise<Record<string, number[]>> {
  const taken: Record<string, number[]> = {};
  for (let done = 0; done < count; done += block) {
    for (const [name, call] of shuffled(Object.entries(calls), random)) {
      taken[name] ??= [];
      for (let at = done; at < Math.min(done + block, count); at++) {
        const start = performance.now();
        await call();
        taken[name].push(performance.now() - start);
      }
    }
  }
  return taken;
}

/** Lets each have one turn, in an order that is drawn anew, and gives back what each came to. */
export async function oneTurn<T>(all: SideBySide<T>, random: Random): Promise<Record<string, T>> {
  const results: Record<string, T> = {};
  for (const [name, one] of shuffled(Object.entries(all), random)) {
    results[name] = await one().catch((cause: unknown) => {
      throw new Error(`${name} could not be measured`, { cause });
    });
  }
  return results;
}

/** What was measured round by round, as a list for each name. */
export class Rounds<T> {
  readonly #all = new Map<string, T[]>();

  add(round: Readonly<Record<string, T>>): void {
    for (const [name, value] of Object.entries(round)) this.#all.set(name, [...(this.#all.get(name) ?? []), value]);
  }

  /** @throws Error when the name was not measured */
  of(name: string): readonly T[] {
    const found = this.#all.get(name);
    if (!found) throw new Error(`${name} was not measured`);
    return found;
  }

  /**
   * @param take one value or several of each round
   * @param statistic what is made of all of them
   */
  quantity(name: string, take: (value: T) => number | readonly number[], statistic = median): Quantity {
    return quantity(
      this.of(name).map((value) => [take(value)].flat()),
      statistic,
    );
  }
}

/**
 * Measures round by round: all start a few times in turns, then comes whatever else a round has. The first round only warms
 * up, and counts for nothing.
 *
 * @param startsEach how many times each starts in a round
 * @returns the starts, and what the rest came to in each round
 */
export async function inRounds<S, R>(
  {
    rounds,
    starts,
    startsEach,
    random,
    say,
  }: {
    readonly rounds: number;
    readonly starts: SideBySide<S>;
    readonly startsEach: number;
    readonly random: Random;
    readonly say: (line: string) => void;
  },
  rest: () => Promise<R>,
): Promise<{ readonly starts: Rounds<S>; readonly rest: readonly R[] }> {
  const measured = { starts: new Rounds<S>(), rest: [] as R[] };
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < startsEach; turn++) {
      const started = await oneTurn(starts, random);
      if (round > 0) measured.starts.add(started);
    }
    const others = await rest();
    say(round === 0 ? "warmed up" : `round ${round} of ${rounds}`);
    if (round > 0) measured.rest.push(others);
  }
  return measured;
}

/** Rounds that were measured already, as a list for each name. */
export function roundsOf<T>(all: readonly Readonly<Record<string, T>>[]): Rounds<T> {
  const rounds = new Rounds<T>();
  for (const round of all) rounds.add(round);
  return rounds;
}
