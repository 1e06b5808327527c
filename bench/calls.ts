import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Connected, Contender } from "./contenders.ts";
import type { Random } from "./random.ts";
import { inTurns } from "./turns.ts";

/** Milliseconds of each call. */
export interface CallSample {
  readonly calls: readonly number[];
  /** With a large result. */
  readonly largeCalls: readonly number[];
}

export const CALLS = 600;
const WARM_UP_CALLS = 100;
const LARGE_CALLS = 3;

/**
 * Connects every way anew, and lets them take turns in calling a tool.
 *
 * @param largeBytes how much text the large result has
 */
export async function measureCalls(
  contenders: readonly Contender[],
  largeBytes: number,
  random: Random,
): Promise<Record<string, CallSample>> {
  const connected: (readonly [name: string, Connected])[] = [];
  try {
    for (const one of contenders) connected.push([one.name, await one.connect()]);
    for (const [, { client }] of connected) await client.listTools();
    const each = (call: (client: Client) => Promise<void>) =>
      Object.fromEntries(connected.map(([name, { client }]) => [name, () => call(client)]));
    await inTurns(each(add), { count: WARM_UP_CALLS, random });
    const calls = await inTurns(each(add), { count: CALLS, random });
    await inTurns(each(large(largeBytes)), { count: 1, random });
    const largeCalls = await inTurns(each(large(largeBytes)), { count: LARGE_CALLS, block: 1, random });
    const sample = (name: string): CallSample => ({ calls: calls[name] ?? [], largeCalls: largeCalls[name] ?? [] });
    return Object.fromEntries(connected.map(([name]) => [name, sample(name)]));
  } finally {
    for (const [, { stop }] of connected) await stop();
  }
}

export async function add(client: Client): Promise<void> {
  const { content } = await client.callTool({ name: "sample___add", arguments: { a: 2, b: 3 } });
  if ((content as { text: string }[])[0]?.text !== "5") throw new Error("the tool gave another answer");
}

export const large =
  (bytes: number) =>
  async (client: Client): Promise<void> => {
    const { content } = await client.callTool({ name: "bench___large", arguments: { bytes } });
    const length = (content as { text: string }[])[0]?.text.length;
    if (length !== bytes) throw new Error("the result was cut");
  };
