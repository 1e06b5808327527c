import type { CallOptions } from "./peer.ts";
import type { Era } from "./upstreamClient.ts";

/** What a pool needs to know of the links that it holds. */
export interface PooledLink {
  /** What the server speaks, as far as there is a connection. */
  readonly era: Era | undefined;
  setLogLevel(level: string): Promise<unknown>;
  /** Closes for good. */
  end(): Promise<void>;
}

export interface PoolOptions<L extends PooledLink> {
  readonly open: () => L;
  /** How many links there are at most. */
  readonly most?: number;
  /** How long an exclusive request waits for one of them, in milliseconds, and what it is refused with then. */
  readonly whenFull?: { readonly waitMs: number; readonly refusal: () => Error };
  /** How long a link beside the first one stays that nothing needs, in milliseconds. */
  readonly spareMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A link, and how many requests are on it; one that is exclusive is the only one. */
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
 * One caller's links to one server: a single one, which all requests share, and more of them for requests that have to
 * be exclusive.
 *
 * That is a request during which the server may ask the caller something, or tell it its log: a server of the revisions
 * before 2026-07-28 does not say which request its question belongs to, so that only one such can be open on a
 * connection. Everything else is told from another by its id.
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

  /** The link that is shared, and stays as long as the pool. */
  get first(): L {
    return this.#channels[0].link;
  }

  links(): readonly L[] {
    return this.#channels.map(({ link }) => link);
  }

  /**
   * Sends a request on the link that suits it.
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

  /** Does something during which a retired pool does not close. */
  async counted<T>(work: () => Promise<T>): Promise<T> {
    this.#used++;
    try {
      return await work();
    } finally {
      this.#used--;
      this.#closeIfRetired();
    }
  }

  /** Closes links that nothing needs any more, beside the first one. */
  sweep(): void {
    const { now, spareMs } = this.#options;
    for (const channel of this.#channels.slice(1)) {
      if (channel.requests > 0 || now() - channel.freedAt < spareMs) continue;
      this.#channels.splice(this.#channels.indexOf(channel), 1);
      void channel.link.end();
    }
  }

  /** Closes when what is open now has been answered. */
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
    // A server of 2026-07-28 asks with its result, so that a request is exclusive only for the log that it wants.
    if (!exclusive || (logLevel === undefined && first.link.era === "modern")) return taken(first);
    const free = this.#channels.find(({ requests }) => requests === 0);
    if (free !== undefined) return taken(free);
    if (this.#channels.length >= (this.#options.most ?? Number.POSITIVE_INFINITY)) return await this.#nextFree(signal);
    const channel = this.#channel();
    this.#channels.push(channel);
    return taken(channel);
  }

  /** In the order of coming. */
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
