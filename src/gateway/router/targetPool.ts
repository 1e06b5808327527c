import { ChannelPool } from "../../mcp/channelPool.ts";
import { allAtWork, LONGEST_WAIT_MS, NoProcessFree } from "./processes.ts";
import type { Target } from "./target.ts";
import { type TargetLink, type TargetLinkWorld, targetLink } from "./targetLink.ts";

/** How many processes the exclusive requests of one sessionless caller share. */
export const MOST_EXCLUSIVE = 4;
/** How long an extra process stays while idle, in milliseconds. */
export const SPARE_MS = 30_000;

/** Pools one caller's links to one target; a process gets only a few. */
export interface TargetPool extends TargetLink {
  /** Closes extra connections that have been idle for long enough. */
  sweep(): void;
  /** Closes once the requests in flight have been answered. */
  retire(): void;
}

export interface PoolLimits {
  /** The most connections at a time, where each is a process. */
  readonly most?: number;
  /** How long a call waits for one of them. */
  readonly waitMs?: number;
}

export function targetPool(
  target: Target,
  world: TargetLinkWorld,
  {
    most = target.kind === "stdio" ? MOST_EXCLUSIVE : Number.POSITIVE_INFINITY,
    waitMs = LONGEST_WAIT_MS,
  }: PoolLimits = {},
): TargetPool {
  const pool = new ChannelPool<TargetLink>({
    open: () => targetLink(target, world),
    most,
    whenFull: { waitMs, refusal: () => new NoProcessFree(allAtWork(target.name, most)) },
    spareMs: SPARE_MS,
    now: world.now,
  });
  const { first } = pool;
  /** The link whose process output explains the last failure. */
  let failed = first;

  async function noted<T>(link: TargetLink, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      failed = link;
      throw error;
    }
  }

  return {
    target,
    get era() {
      return first.era;
    },
    request: (request) => pool.use(request.options, (link) => noted(link, link.request(request))),
    list: (method, signal) => pool.counted(() => noted(first, first.list(method, signal))),
    has: (capability) => first.has(capability),
    async notify(method, params) {
      await Promise.all(pool.links().map((link) => link.notify(method, params)));
    },
    setLogLevel: (level) => first.setLogLevel(level),
    subscribe: (uri) => first.subscribe(uri),
    unsubscribe: (uri) => first.unsubscribe(uri),
    output: () => failed.output(),
    sweep: () => pool.sweep(),
    retire: () => pool.retire(),
    end: () => pool.close(),
  };
}
