import { setTimeout as delay } from "node:timers/promises";

export interface MemoryInUse {
  readonly rssBytes: number;
  /** The heap, and buffers beside it. */
  readonly heapBytes: number;
}

/**
 * What this process has in use once everything that can go is gone.
 *
 * @throws Error when it was started without `--expose-gc`
 */
export async function memoryInUse(): Promise<MemoryInUse> {
  const { gc: collect } = globalThis as { gc?: () => void };
  if (!collect) throw new Error("started without --expose-gc");
  for (let round = 0; round < 3; round++) {
    collect();
    await delay(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}
