import type { CallOptions } from "./peer.ts";
import type { Era } from "./upstreamClient.ts";

/** What a pool needs of its links. */
export interface PooledLink {
  /** The era that the server speaks, while there is a connection. */
  readonly era: Era | undefined;
  setLogLevel(level: string): Promise<unknown>;
  /** Closes for good. */
  end(): Promise<void>;
}

export interface PoolOptions<L extends PooledLink> {
  readonly open: () => L;
  /** How many links there are at most. */
  readonly most?: number;
  /** How long an exclusive request waits for a free link, in milliseconds, and the error when none is. */
  readonly whenFull?: { readonly waitMs: number; readonly refusal: () => Error };
  /** How long an extra link stays open while idle, in milliseconds. */
  readonly spareMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A link and the number of requests on it. */
interface Channel<L> {
  readonly link: L;
  requests: number;
  freedAt: number;
}

/** A request that waits for a channel. */
interface Waiting<L> {
  readonly take: (channel: Channel<L>) => void;
  readonly giveUp: (reason: unknown) => void;
}

/**
 * Holds one caller's links to one server: a first one, which requests share, and more for exclusive requests.
 *
 * A request is exclusive when the server may ask its caller something or send it log messages. Servers before 2026-07-28
 * do not say which request a question belongs to, so each connection carries one exclusive request at a time. Answers
 * and progress are matched by their ids and need no such care.
 */
export class ChannelPool<L extends PooledLink> {
  readonly #options: PoolOptions<L>;
  readonly #channels: [Channel<L>, ...Channel<L>[]];
  readonly #waiting: Waiting<L>[] = [];
  #used = 0;
  #isRetired = false;

  constructor(options: PoolOptions<L>) {
    this.#options = options;
    this.#channels = [this.#channel()];
  }

  /** The shared link, which lives as long as the pool. */
  get first(): L {
    return this.#channels[0].link;
  }

  links(): readonly L[] {
    return this.#channels.map(({ link }) => link);
  }

  /**
   * Runs a request on a suitable link.
   *
   * @throws what `work` throws, the refusal when there is no link free in time, or whatever the signal was aborted with
   */
  async use<T>(options: CallOptions, work: (link: L) => Promise<T>): Promise<T> {
    return await this.counted(async () => {
      const channel = await this.#channelFor(options);
      try {
        if (options.logLevel !== undefined) await channel.link.setLogLevel(options.logLevel).catch(() => {});
        return await work(channel.link);
      } finally {
        this.#leave(channel);
      }
    });
  }

  /** Runs something on a link that the caller chose; a retired pool stays open for it. */
  async counted<T>(work: () => Promise<T>): Promise<T> {
    this.#used++;
    try {
      return await work();
    } finally {
      this.#used--;
      this.#closeIfRetired();
    }
  }

  /** Closes extra links that have been idle for long enough. */
  sweep(): void {
    const { now, spareMs } = this.#options;
    for (const channel of this.#channels.slice(1)) {
      if (channel.requests > 0 || now() - channel.freedAt < spareMs) continue;
      this.#channels.splice(this.#channels.indexOf(channel), 1);
      void channel.link.end();
    }
  }

  /** Closes once the requests in flight have been answered. */
  retire(): void {
    this.#isRetired = true;
    this.#closeIfRetired();
  }

  async close(): Promise<void> {
    for (const { giveUp } of [...this.#waiting]) giveUp(new Error("the caller is gone"));
    await Promise.all(this.#channels.map(({ link }) => link.end()));
  }

  async #channelFor({ exclusive, signal, logLevel }: CallOptions): Promise<Channel<L>> {
    const [first] = this.#channels;
    // A 2026-07-28 server asks in its result, so only log messages need an exclusive link.
    if (!exclusive || (logLevel === undefined && first.link.era === "modern")) return taken(first);
    const free = this.#channels.find(({ requests }) => requests === 0);
    if (free !== undefined) return taken(free);
    if (this.#channels.length >= (this.#options.most ?? Number.POSITIVE_INFINITY)) return await this.#nextFree(signal);
    const channel = this.#channel();
    this.#channels.push(channel);
    return taken(channel);
  }

  /** Waits for a free channel, first come first served. */
  #nextFree(signal: AbortSignal | undefined): Promise<Channel<L>> {
    const { whenFull } = this.#options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const request: Waiting<L> = {
        take(channel) {
          over();
          resolve(taken(channel));
        },
        giveUp: (reason) => {
          over();
          this.#waiting.splice(this.#waiting.indexOf(request), 1);
          reject(reason);
        },
      };
      const onAbort = () => request.giveUp(signal?.reason);
      const timer = whenFull && setTimeout(() => request.giveUp(whenFull.refusal()), whenFull.waitMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(request);
    });
  }

  #leave(channel: Channel<L>): void {
    channel.requests--;
    channel.freedAt = this.#options.now();
    if (channel.requests === 0) this.#waiting.shift()?.take(channel);
  }

  #closeIfRetired(): void {
    if (this.#isRetired && this.#used === 0) void this.close();
  }

  #channel(): Channel<L> {
    return { link: this.#options.open(), requests: 0, freedAt: 0 };
  }
}

function taken<L>(channel: Channel<L>): Channel<L> {
  channel.requests++;
  return channel;
}
