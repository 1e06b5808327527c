import { pause, untilAborted } from "../lib/waiting.ts";
import { isChangeNotification } from "./changeNotifications.ts";
import { Coalesced } from "./coalesced.ts";
import type { LinkPolicy } from "./linkPolicy.ts";
import { changedLists, type ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";
import type { CallerRequest, CallOptions, Peer } from "./peer.ts";
import { SharedWork } from "./sharedWork.ts";
import { StandingRequests } from "./standingRequests.ts";
import type { Era } from "./upstreamClient.ts";
import type { UpstreamConnection } from "./upstreamConnection.ts";
import { LinkClosed, SessionLost } from "./upstreamError.ts";

/** The wait before a request is repeated. */
const REPEAT_AFTER_MS = 300;

/**
 * Keeps one caller connected to one MCP server: connects on first use, reconnects when the server forgot the session,
 * and restores what the caller asked for (log level, subscriptions) on each new connection.
 */
export class UpstreamLink {
  readonly #policy: LinkPolicy;
  readonly #peer: Peer;
  readonly #listing = new SharedWork<ListMethod, readonly Json[]>();
  readonly #standing: StandingRequests;
  readonly #news = new Coalesced();
  #inUse: { readonly connection: UpstreamConnection; readonly until: AbortController } | undefined;
  #connecting: Promise<UpstreamConnection> | undefined;
  #life = new AbortController();
  /** Incremented whenever connections end, so that one that is being opened then is discarded. */
  #generation = 0;
  #ended = false;
  #closing: Promise<void> = Promise.resolve();
  /** How many requests use the link. */
  busy = 0;
  lastUsedAt: number;

  /** @param peer answers and hears the server when no request brings a peer of its own */
  constructor(peer: Peer, policy: LinkPolicy) {
    this.#policy = policy;
    this.#standing = new StandingRequests(policy.hearsChanges);
    this.lastUsedAt = policy.now();
    this.#peer = {
      request: (method, params, options) => peer.request(method, params, options),
      drain: () => peer.drain?.(),
      notify: (method, params) => {
        const changed = changedLists(method);
        for (const list of changed) this.#listing.forget(list);
        if (!isChangeNotification(method)) return peer.notify(method, params);
        this.#news.pass(`${method} ${params?.uri ?? ""}`, () => {
          peer.notify(method, params);
          if (changed.length > 0) policy.onListChanged?.(changed);
        });
      },
    };
  }

  /** The connection in use; `retire` takes it back. */
  get current(): UpstreamConnection | undefined {
    const connection = this.#inUse?.connection;
    return connection?.isClosed ? undefined : connection;
  }

  /** The era that the server speaks, while there is a connection. */
  get era(): Era | undefined {
    return this.current?.era;
  }

  /** Whether it was closed for good. */
  get isEnded(): boolean {
    return this.#ended;
  }

  get hasSubscriptions(): boolean {
    return this.#standing.subscriptions.size > 0;
  }

  /**
   * Returns the connection in use, or opens one.
   *
   * @param signal stops waiting for this caller only; others still get the connection
   * @throws `policy.failureOf` the reason why there is none
   */
  async connect(signal?: AbortSignal): Promise<UpstreamConnection> {
    if (this.current !== undefined) return this.current;
    if (this.#ended) throw this.#policy.failureOf(closed(), false);
    if (this.#connecting === undefined) {
      const opening = this.#open().finally(() => {
        if (this.#connecting === opening) this.#connecting = undefined;
      });
      this.#connecting = opening;
    }
    return await untilAborted(this.#connecting, signal);
  }

  /**
   * Sends a request. Repeats it once when the server no longer knew the session and ran nothing, or when it does no harm
   * and the policy allows it.
   *
   * @throws the server's own ProtocolError, or `policy.failureOf` any other error
   */
  async request(request: CallerRequest): Promise<Json> {
    return await this.attempt(request, (connection) => connection.request(request));
  }

  /**
   * The one place where a request of a caller meets a connection. Code that writes a request to the wire itself, without
   * the SDK, calls this with its own `send`, and so connects, recovers lost sessions, repeats and fails like any other.
   *
   * @param send is called for each connection that is tried
   */
  async attempt<T>(
    { method, params, options: { signal } }: CallerRequest,
    send: (connection: UpstreamConnection) => Promise<T>,
  ): Promise<T> {
    const life = this.#life.signal;
    this.busy++;
    try {
      for (let isFirst = true; ; isFirst = false) {
        let connection: UpstreamConnection | undefined;
        try {
          connection = await this.connect(signal);
          return await send(connection);
        } catch (error) {
          const isLost = error instanceof SessionLost;
          if (isLost) this.#forget(connection)?.retire({ endSession: false });
          const failure = this.#policy.failureOf(error, connection !== undefined);
          const isHarmless = this.#policy.isHarmless(method, params);
          const mayRepeat = isLost ? error.ranNothing || isHarmless : this.#policy.mayRepeat(failure, isHarmless);
          if (!isFirst || signal?.aborted || !mayRepeat) throw failure;
          this.#policy.onRepeat?.(isLost ? error.message : "not answered");
          if (!isLost) await pause(REPEAT_AFTER_MS, signal ?? life);
          if (life.aborted) throw failure;
        }
      }
    } finally {
      this.busy--;
      this.lastUsedAt = this.#policy.now();
      if (this.busy === 0) this.#policy.onIdle?.();
    }
  }

  /** Reads all items of one list. Callers who ask at the same time share one reading. */
  async list(method: ListMethod, signal?: AbortSignal): Promise<readonly Json[]> {
    const read = async (abandoned: AbortSignal, isLatest: () => boolean) => {
      const request = { method, params: undefined, options: { signal: abandoned } };
      const items = await this.attempt(request, (connection) => connection.list(method, abandoned));
      // A list that was requested before a change must not overwrite one that was requested after it.
      if (isLatest()) this.#policy.onListed(method, items);
      return items;
    };
    return await this.#listing.run(method, read, signal);
  }

  async notify(method: string, params: Json | undefined): Promise<void> {
    await this.current?.notify(method, params);
  }

  /** Sets the log level now, and again on each later connection. */
  async setLogLevel(level: string, options: CallOptions = {}): Promise<Json> {
    this.#standing.logLevel = level;
    const connection = this.current;
    if (connection === undefined) return {};
    connection.logLevel = level;
    if (connection.era === "modern" || connection.capabilities.logging === undefined) return {};
    return await this.request({ method: "logging/setLevel", params: { level }, options });
  }

  /**
   * Subscribes to a resource now, and again on each later connection.
   *
   * @param params the caller's own, with the `uri`
   */
  async subscribe(params: Json, options: CallOptions = {}): Promise<Json> {
    this.#standing.subscribe(String(params.uri));
    return await this.#subscription("resources/subscribe", params, options);
  }

  async unsubscribe(params: Json, options: CallOptions = {}): Promise<Json> {
    this.#standing.subscriptions.delete(String(params.uri));
    return await this.#subscription("resources/unsubscribe", params, options);
  }

  /**
   * Makes the next request use a new connection. Requests in flight still finish on the old one.
   *
   * @param only retires only this connection, if it is still in use
   */
  retire(only?: UpstreamConnection): void {
    if (only !== undefined && only !== this.#inUse?.connection) return;
    this.#detach()?.retire();
  }

  /** Closes for good. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#news.stop();
    await this.close();
  }

  /** Ends the connection and every request on it. The next request opens a new one. */
  async close(): Promise<void> {
    this.#life.abort(this.#policy.failureOf(closed(), false));
    this.#life = new AbortController();
    const connecting = this.#connecting;
    const old = this.#detach();
    // A second caller of `close` waits for the first to finish.
    this.#closing = Promise.all([this.#closing, old?.close(), connecting?.catch(() => {})]).then(() => {});
    await this.#closing;
  }

  #detach(): UpstreamConnection | undefined {
    const old = this.#inUse?.connection;
    this.#forget(old);
    this.#connecting = undefined;
    this.#generation++;
    this.#listing.clear();
    return old;
  }

  /** Takes a connection out of use, unless another one has replaced it. */
  #forget(connection: UpstreamConnection | undefined): UpstreamConnection | undefined {
    if (connection === undefined || this.#inUse?.connection !== connection) return undefined;
    this.#inUse.until.abort();
    this.#inUse = undefined;
    return connection;
  }

  async #open(): Promise<UpstreamConnection> {
    const { signal } = this.#life;
    const generation = this.#generation;
    const connection = await this.#policy.open(this.#peer, signal).catch((error: unknown) => {
      throw this.#policy.failureOf(error, false);
    });
    if (signal.aborted) {
      void connection.close();
      throw signal.reason;
    }
    if (generation !== this.#generation) {
      void connection.close();
      return await this.connect(signal);
    }
    const until = new AbortController();
    this.#inUse = { connection, until };
    connection.onclose = () => {
      if (this.#forget(connection) !== undefined) this.#policy.onLost?.(connection);
    };
    connection.onSessionLost = () => {
      if (this.#forget(connection) === undefined) return;
      connection.retire({ endSession: false });
      this.#policy.onLost?.(connection);
    };
    const restored = this.#standing.restore(connection, until.signal);
    this.#policy.onConnected?.(connection);
    await restored;
    return connection;
  }

  async #subscription(method: string, params: Json, options: CallOptions): Promise<Json> {
    if (this.current === undefined && !this.#policy.connectsToSubscribe) return {};
    const connection = await this.connect(options.signal);
    if (connection.era === "legacy") return await this.request({ method, params, options });
    if (this.#inUse?.connection === connection) void this.#standing.listen(connection, this.#inUse.until.signal);
    return {};
  }
}

const closed = () => new LinkClosed("closed");
