import { setTimeout as delay } from "node:timers/promises";
import type { Asked } from "./childProcess.ts";
import type { Contender } from "./contenders.ts";
import type { ArrivedRequest } from "./gatewayProcess.ts";
import { residentBytes } from "./mcpRemote.ts";

/** What a host waits for that starts, and what that costs. What is absent was not looked at. */
export interface StartSample {
  readonly initializedMs: number;
  /** Of it, loading the relay's bundle. */
  readonly loadMs?: number;
  readonly listedMs: number;
  /** Requests at the gateway and the identity provider before the first answer to `tools/list`. */
  readonly requests?: readonly string[];
  /** The same, and what follows until all is quiet. */
  readonly requestsUntilQuiet?: number;
  /** Of the process that the connection needs for itself, idle. */
  readonly rssBytes?: number;
}

const QUIET_MS = 500;

/**
 * Connects one way while no other is connected, and ends it again.
 *
 * @param quiet whether to wait until all is quiet, and to look then
 */
export async function measureStart(
  contender: Contender,
  gateway: Asked,
  { quiet }: { readonly quiet: boolean },
): Promise<StartSample> {
  await gateway.ask({ what: "arrived" });
  const start = performance.now();
  const connected = await contender.connect();
  try {
    const initializedMs = performance.now() - start;
    const { tools } = await connected.client.listTools();
    const listedAt = performance.now();
    if (!tools.some(({ name }) => name === "sample___add")) throw new Error(`${contender.name} listed no tools`);
    const times = { initializedMs, listedMs: listedAt - start };
    if (!quiet) return times;
    await delay(QUIET_MS);
    const arrived = await gateway.ask<ArrivedRequest[]>({ what: "arrived" });
    const before = arrived.filter(({ at }) => at <= performance.timeOrigin + listedAt);
    const rssBytes = connected.pid === undefined ? undefined : await residentBytes(connected.pid);
    return {
      ...times,
      requests: before.map(({ what }) => what),
      requestsUntilQuiet: arrived.length,
      ...(rssBytes !== undefined && { rssBytes }),
    };
  } finally {
    await connected.stop();
  }
}
