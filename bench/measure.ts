import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Asked } from "./childProcess.ts";
import type { Contender } from "./contenders.ts";
import type { ArrivedRequest } from "./gatewayProcess.ts";
import { residentBytes } from "./mcpRemote.ts";
import { median, percentile } from "./statistics.ts";

/** One connection's life, measured. */
export interface Sample {
  readonly initializedMs: number;
  readonly listedMs: number;
  /** Requests at the gateway and the identity provider before the first answer to `tools/list`. */
  readonly requests: readonly string[];
  /** The same, and what follows until all is quiet. */
  readonly requestsUntilQuiet: number;
  readonly callMedianMs: number;
  readonly callP99Ms: number;
  readonly largeMedianMs: number;
  /** Of the process that the connection needs for itself. */
  readonly rssBytes?: number;
}

export const CALLS = 300;
const WARM_UP_CALLS = 100;
const LARGE_CALLS = 10;
const QUIET_MS = 500;

/** @param largeBytes how much text the large result has */
export async function measure(contender: Contender<string>, gateway: Asked, largeBytes = 1024 * 1024): Promise<Sample> {
  await gateway.ask({ what: "arrived" });
  const start = performance.now();
  const connected = await contender.connect();
  try {
    const { client, pid } = connected;
    const initializedMs = performance.now() - start;
    const { tools } = await client.listTools();
    const listedAt = performance.now();
    if (!tools.some(({ name }) => name === "sample___add")) throw new Error(`${contender.name} listed no tools`);
    await delay(QUIET_MS);
    const arrived = await gateway.ask<ArrivedRequest[]>({ what: "arrived" });
    const before = arrived.filter(({ at }) => at <= performance.timeOrigin + listedAt);
    const idle = pid === undefined ? undefined : await residentBytes(pid);
    await times(client, WARM_UP_CALLS, add);
    const calls = await times(client, CALLS, add);
    const large = largeCall(largeBytes);
    await times(client, 2, large);
    const largeCalls = await times(client, LARGE_CALLS, large);
    return {
      initializedMs,
      listedMs: listedAt - start,
      requests: before.map(({ what }) => what),
      requestsUntilQuiet: arrived.length,
      callMedianMs: median(calls),
      callP99Ms: percentile(calls, 0.99),
      largeMedianMs: median(largeCalls),
      ...(idle !== undefined && { rssBytes: idle }),
    };
  } finally {
    await connected.stop();
  }
}

async function times(client: Client, count: number, call: (client: Client) => Promise<void>): Promise<number[]> {
  const taken: number[] = [];
  for (let done = 0; done < count; done++) {
    const start = performance.now();
    await call(client);
    taken.push(performance.now() - start);
  }
  return taken;
}

async function add(client: Client): Promise<void> {
  const { content } = await client.callTool({ name: "sample___add", arguments: { a: 2, b: 3 } });
  if ((content as { text: string }[])[0]?.text !== "5") throw new Error("the tool gave another answer");
}

const largeCall =
  (bytes: number) =>
  async (client: Client): Promise<void> => {
    const { content } = await client.callTool({ name: "bench___large", arguments: { bytes } });
    const length = (content as { text: string }[])[0]?.text.length;
    if (length !== bytes) throw new Error("the result was cut");
  };
