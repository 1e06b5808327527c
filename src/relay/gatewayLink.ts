import { GatewayFailure, isFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import { pause, untilAborted } from "../lib/waiting.ts";
import { type ListMethod, listMethods, lists } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { Listed } from "./catalogue.ts";
import type { CatalogueKeeper } from "./catalogueKeeper.ts";
import type { Caller, EditorSide } from "./editorSide.ts";
import type { GatewayAccess } from "./gatewayAccess.ts";
import { GatewayConnection, type GatewayPlace, type RequestOptions } from "./gatewayConnection.ts";
import { isConnectionLoss, SessionLost, wasNeverSent } from "./gatewayError.ts";

export interface LinkWorld {
  readonly place: GatewayPlace;
  readonly access: GatewayAccess;
  readonly keeper: CatalogueKeeper;
  readonly log: Log;
  readonly now: () => number;
  /** Called after each new connection, first and later ones. */
  readonly onConnected: (link: GatewayLink) => void;
  /** Called when the gateway says that lists changed. */
  readonly onListChanged: (link: GatewayLink, methods: readonly ListMethod[]) => void;
}

const RETRY_AFTER_MS = 300;
const LISTEN_ATTEMPTS = 10;

/**
 * The way to a gateway for one caller: connects on first use, connects again when the gateway forgot the session,
 * and keeps what the caller asked for (log level, subscriptions) across connections.
 */
export class GatewayLink {
  readonly #caller: Caller;
  readonly #editor: EditorSide;
  readonly #world: LinkWorld;
  #connection: GatewayConnection | undefined;
  #connecting: Promise<GatewayConnection> | undefined;
  #life = new AbortController();
  /** Counts what ends connections, so that one that was being opened meanwhile is not taken into use. */
  #generation = 0;
  #ended = false;
  #closing: Promise<void> = Promise.resolve();
  readonly #listing = new Map<ListMethod, Promise<readonly Listed[]>>();
  readonly #subscriptions = new Set<string>();
  #logLevel: string | undefined;
  lastUsedAt: number;
  busy = 0;

  constructor(caller: Caller, editor: EditorSide, world: LinkWorld) {
    this.#caller = caller;
    this.#world = world;
    this.lastUsedAt = world.now();
    this.#editor = {
      request: (method, params, options) => editor.request(method, params, options),
      notify: (method, params) => {
        const changed = listMethods.filter((list) => lists[list].changed === method);
        for (const list of changed) this.#listing.delete(list);
        editor.notify(method, params);
        if (changed.length > 0) world.onListChanged(this, changed);
      },
    };
  }

  get connected(): boolean {
    return this.#connection !== undefined && !this.#connection.closed;
  }

  /** The connection in use, as something to hand back to `retire`. */
  get current(): object | undefined {
    return this.#connection;
  }

  /** @throws GatewayFailure when the gateway cannot be reached or needs a sign-in */
  async connect(signal?: AbortSignal): Promise<GatewayConnection> {
    if (this.#connection !== undefined && !this.#connection.closed) return this.#connection;
    if (this.#ended) throw this.#lost("closed");
    if (this.#connecting === undefined) {
      const opening = this.#open().finally(() => {
        if (this.#connecting === opening) this.#connecting = undefined;
      });
      this.#connecting = opening;
    }
    return await untilAborted(this.#connecting, signal);
  }

  /**
   * Sends a request and repeats it once when nothing can have happened: the gateway did not know the session, the
   * request was never written, or it has no effects.
   *
   * @throws GatewayFailure, or the gateway's own `ProtocolError`
   */
  async request(method: string, params: Json | undefined, options: RequestOptions): Promise<Json> {
    return await this.#used(() =>
      this.#repeated(options.signal, this.#mayRepeat(method, params), (connection) =>
        connection.request(method, params, options),
      ),
    );
  }

  /** All items of one list; everyone who asks meanwhile shares the answer. */
  async list(method: ListMethod, signal?: AbortSignal): Promise<readonly Listed[]> {
    let listing = this.#listing.get(method);
    if (listing === undefined) {
      const started = this.#used(() =>
        this.#repeated(this.#life.signal, true, (connection) => connection.list(method)),
      );
      listing = started;
      this.#listing.set(method, started);
      const forget = () => {
        if (this.#listing.get(method) === started) this.#listing.delete(method);
      };
      started.then((items) => {
        // A list that was asked for before a change does not overwrite the one asked for after it.
        if (this.#listing.get(method) === started) this.#world.keeper.listed(method, items);
        forget();
      }, forget);
    }
    return await untilAborted(listing, signal);
  }

  async notify(method: string, params: Json | undefined): Promise<void> {
    if (this.connected) await this.#connection?.notify(method, params);
  }

  /** Sets the log level now, and again on each later connection. */
  async setLogLevel(level: string, options: RequestOptions): Promise<Json> {
    this.#logLevel = level;
    if (!this.connected) return {};
    const connection = await this.connect(options.signal);
    connection.logLevel = level;
    if (connection.era === "modern" || connection.capabilities.logging === undefined) return {};
    return await this.request("logging/setLevel", { level }, options);
  }

  /** Subscribes to a resource now, and again on each later connection. */
  async subscribe(params: Json, options: RequestOptions): Promise<Json> {
    this.#subscriptions.add(String(params.uri));
    return await this.#subscription("resources/subscribe", params, options);
  }

  async unsubscribe(params: Json, options: RequestOptions): Promise<Json> {
    this.#subscriptions.delete(String(params.uri));
    return await this.#subscription("resources/unsubscribe", params, options);
  }

  /**
   * Makes the next request use a new connection, since a session belongs to whoever opened it. Calls that wait
   * are still answered on the old one.
   *
   * @param only retire just this one, as `current` gave it
   */
  retire(only?: object): void {
    if (only !== undefined && only !== this.#connection) return;
    this.#detach()?.retire();
  }

  /** Closes for good. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.close();
  }

  /** Ends the connection and every call on it. The next request opens a new one. */
  async close(): Promise<void> {
    this.#life.abort(this.#lost("closed"));
    this.#life = new AbortController();
    const old = this.#detach();
    // Whoever closes again waits for the closing that is under way.
    this.#closing = Promise.all([this.#closing, old?.close()]).then(() => {});
    await this.#closing;
  }

  #detach(): GatewayConnection | undefined {
    const old = this.#connection;
    this.#connection = undefined;
    this.#connecting = undefined;
    this.#generation++;
    this.#listing.clear();
    return old;
  }

  async #open(): Promise<GatewayConnection> {
    const { place, access, keeper, log, now } = this.#world;
    const startedAt = now();
    const { signal } = this.#life;
    const generation = this.#generation;
    const open = (era: "legacy" | "modern" | undefined) =>
      GatewayConnection.open(place, this.#caller, this.#editor, { era, access, log, signal });
    const remembered = place.protocol === undefined ? keeper.current?.era : undefined;
    let connection: GatewayConnection;
    try {
      connection = await open(remembered);
    } catch (error) {
      // The gateway may have left the era it is remembered for.
      const refused = !isFailure(error) || error.code === "gateway_error" || error.code === "not_an_mcp_server";
      if (remembered !== "legacy" || !refused || signal.aborted) throw error;
      connection = await open(undefined);
    }
    if (signal.aborted) {
      void connection.close();
      throw signal.reason;
    }
    if (generation !== this.#generation) {
      void connection.close();
      return await this.connect(signal);
    }
    this.#connection = connection;
    connection.onclose = () => {
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      log.debug("relay: connection ended", { gateway: place.name });
    };
    connection.knowTools(keeper.current?.tools ?? []);
    connection.logLevel = this.#logLevel;
    keeper.learned(connection);
    log.info("relay: connected", {
      gateway: place.name,
      era: connection.era,
      server: String(connection.serverInfo.name ?? "unnamed"),
      ms: now() - startedAt,
    });
    void this.#restore(connection);
    this.#world.onConnected(this);
    return connection;
  }

  /** Asks the new connection for what the caller asked of the earlier one. */
  async #restore(connection: GatewayConnection): Promise<void> {
    if (connection.era === "modern") return await this.#listen(connection);
    const asks: Promise<Json>[] = [];
    if (this.#logLevel !== undefined && connection.capabilities.logging !== undefined) {
      asks.push(connection.request("logging/setLevel", { level: this.#logLevel }, {}));
    }
    for (const uri of this.#subscriptions) asks.push(connection.request("resources/subscribe", { uri }, {}));
    for (const ended of await Promise.allSettled(asks)) {
      if (ended.status === "rejected")
        this.#world.log.debug("relay: not restored", { gateway: this.#world.place.name });
    }
  }

  async #listen(connection: GatewayConnection): Promise<void> {
    for (let attempt = 0; attempt < LISTEN_ATTEMPTS; attempt++) {
      try {
        if ((await connection.listen([...this.#subscriptions])) === "local") return;
        attempt = 0;
      } catch {
        // A gateway may refuse change notices, or be away for a moment; the lists are read anyway.
      }
      await pause(Math.min(60_000, 1000 * 2 ** attempt), this.#life.signal);
      if (this.#connection !== connection) return;
    }
  }

  async #subscription(method: string, params: Json, options: RequestOptions): Promise<Json> {
    if (!this.connected) return {};
    const connection = await this.connect(options.signal);
    if (connection.era === "legacy") return await this.request(method, params, options);
    void this.#listen(connection);
    return {};
  }

  async #repeated<T>(
    signal: AbortSignal | undefined,
    mayRepeat: boolean,
    send: (connection: GatewayConnection) => Promise<T>,
  ): Promise<T> {
    const { place, log } = this.#world;
    for (let attempt = 0; ; attempt++) {
      let connection: GatewayConnection | undefined;
      try {
        connection = await this.connect(signal);
        return await send(connection);
      } catch (error) {
        const lost = error instanceof SessionLost;
        if (lost && connection !== undefined && this.#connection === connection) {
          this.#connection = undefined;
          connection.retire({ endSession: false });
        }
        if (attempt === 0 && !signal?.aborted) {
          if (lost) {
            log.info("relay: session unknown at the gateway, initialising again", { gateway: place.name });
            continue;
          }
          if (wasNeverSent(error) || (mayRepeat && isConnectionLoss(error))) {
            log.info("relay: repeating a request", { gateway: place.name });
            await pause(RETRY_AFTER_MS, signal ?? this.#life.signal);
            continue;
          }
        }
        if (lost) throw this.#lost("session unknown");
        throw error;
      }
    }
  }

  #lost(reason: string): GatewayFailure {
    return new GatewayFailure("gateway_connection_lost", { gateway: this.#world.place.name, reason });
  }

  #mayRepeat(method: string, params: Json | undefined): boolean {
    if (method !== "tools/call") return true;
    const hints = this.#world.keeper.tool(params?.name)?.annotations as Json | undefined;
    return hints?.readOnlyHint === true || hints?.idempotentHint === true;
  }

  async #used<T>(work: () => Promise<T>): Promise<T> {
    this.busy++;
    try {
      return await work();
    } finally {
      this.busy--;
      this.lastUsedAt = this.#world.now();
    }
  }
}
