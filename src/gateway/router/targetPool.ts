import type { ListMethod } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { CallOptions } from "./callerSide.ts";
import { allAtWork, LONGEST_WAIT_MS, NoProcessFree } from "./processes.ts";
import type { Target } from "./target.ts";
import { type TargetLink, type TargetLinkWorld, targetLink } from "./targetLink.ts";

/** How many processes the calls of one caller without a session share. */
export const MOST_APART = 4;
/** How long a process that calls needed beside the first one stays when nobody needs it any more. */
export const SPARE_MS = 30_000;

/**
 * One caller's connections to one target: a single one, which all requests share, and more of them for calls that have
 * to be apart.
 *
 * A call is apart when the target may ask the caller something during it, or tell it its log. A target of the versions
 * before 2026-07-28 does not say which call its question belongs to, so that only one such call can be open on a
 * connection. Everything else is told from another by its id.
 */
export interface TargetPool extends TargetLink {
  /** Closes what nobody needs any more, beside the first connection. */
  sweep(): void;
  /** Closes when what is open now has been answered. */
  retire(): void;
}

interface Place {
  readonly link: TargetLink;
  /** How many calls are on it; a call that is apart is the only one. */
  calls: number;
  freedAt: number;
}

/** A call that waits for a place. */
interface Waiting {
  readonly take: (place: Place) => void;
  readonly giveUp: (reason: unknown) => void;
}

/**
 * @param most how many connections there are at most, where each is a process
 * @param waitMs how long a call waits for one of them
 */
export function targetPool(
  target: Target,
  world: TargetLinkWorld,
  most = target.kind === "stdio" ? MOST_APART : Number.POSITIVE_INFINITY,
  waitMs = LONGEST_WAIT_MS,
): TargetPool {
  const first: Place = { link: targetLink(target, world), calls: 0, freedAt: 0 };
  const places = [first];
  const waiting: Waiting[] = [];
  /** Whose process has something to say about what failed last. */
  let failed = first;
  let open = 0;
  let retired = false;

  async function placeFor({ apart, signal, logLevel }: CallOptions): Promise<Place> {
    // A target of 2026-07-28 asks with its result, so that calls need not be apart, except for the log they want.
    if (!apart || (logLevel === undefined && first.link.era() === "modern")) return taken(first);
    const free = places.find(({ calls }) => calls === 0);
    if (free) return taken(free);
    if (places.length < most) {
      const place = { link: targetLink(target, world), calls: 0, freedAt: 0 };
      places.push(place);
      return taken(place);
    }
    return await new Promise<Place>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const call: Waiting = {
        take(place) {
          over();
          resolve(taken(place));
        },
        giveUp(reason) {
          over();
          waiting.splice(waiting.indexOf(call), 1);
          reject(reason);
        },
      };
      const onAbort = () => call.giveUp(signal?.reason);
      const timer = setTimeout(() => call.giveUp(new NoProcessFree(allAtWork(target.name, most))), waitMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.push(call);
    });
  }

  function taken(place: Place): Place {
    place.calls++;
    return place;
  }

  function leave(place: Place): void {
    place.calls--;
    place.freedAt = world.now();
    if (place.calls === 0) waiting.shift()?.take(place);
  }

  async function counted<T>(work: Promise<T>): Promise<T> {
    open++;
    try {
      return await work;
    } finally {
      open--;
      closeIfRetired();
    }
  }

  function closeIfRetired(): void {
    if (retired && open === 0) void close();
  }

  async function close(): Promise<void> {
    for (const { giveUp } of [...waiting]) giveUp(new Error("the caller is gone"));
    await Promise.all(places.map(({ link }) => link.close()));
  }

  async function request(method: string, params: Json | undefined, options: CallOptions): Promise<Json> {
    const place = await placeFor(options);
    try {
      if (options.logLevel !== undefined) await place.link.setLogLevel(options.logLevel).catch(() => {});
      return await place.link.request(method, params, options);
    } catch (error) {
      failed = place;
      throw error;
    } finally {
      leave(place);
    }
  }

  async function list(method: ListMethod, signal: AbortSignal): Promise<readonly Json[]> {
    try {
      return await first.link.list(method, signal);
    } catch (error) {
      failed = first;
      throw error;
    }
  }

  return {
    ...first.link,
    request: (method, params, options) => counted(request(method, params, options)),
    list: (method, signal) => counted(list(method, signal)),
    output: () => failed.link.output(),
    async notify(method, params) {
      await Promise.all(places.map(({ link }) => link.notify(method, params)));
    },
    sweep() {
      for (const place of places.slice(1)) {
        if (place.calls > 0 || world.now() - place.freedAt < SPARE_MS) continue;
        places.splice(places.indexOf(place), 1);
        void place.link.close();
      }
    },
    retire() {
      retired = true;
      closeIfRetired();
    },
    close,
  };
}
