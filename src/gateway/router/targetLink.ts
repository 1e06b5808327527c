import { SdkHttpError } from "@modelcontextprotocol/client";
import { type ListMethod, lists } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { isStreamEnd } from "../../mcp/watchedTransport.ts";
import type { BackOff } from "./backOff.ts";
import type { CallerSide, CallOptions } from "./callerSide.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Processes, ProcessSlot } from "./processes.ts";
import { type ProcessOutput, processOutput } from "./processOutput.ts";
import type { Target } from "./target.ts";
import { type ConnectionWorld, connectTarget, type TargetConnection } from "./targetConnection.ts";

export interface TargetLinkWorld {
  readonly info: ConnectionWorld["info"];
  readonly capabilities: Json;
  readonly side: CallerSide;
  readonly catalogue: Catalogue;
  readonly backOff: BackOff;
  readonly processes: Processes;
  /** Whose the processes are. */
  readonly owner: string;
  /** Told when a connection ends that nobody closed. */
  readonly onLost?: ((target: Target, output: ProcessOutput) => void) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether somebody hears it when a target that was missed is there again; only then it is looked for. */
  readonly hearsChanges: boolean;
}

/** The shortest wait before a target is looked for that nobody has called. */
const LOOK_MS = 500;

/**
 * The way of one caller to one target: connects when it is first used, and again after the connection was lost, each
 * time the target fails after a longer wait.
 */
export interface TargetLink {
  readonly target: Target;
  /** @throws `ProtocolError` as the target gave it; anything else means that the target could not be reached */
  request(method: string, params: Json | undefined, options: CallOptions): Promise<Json>;
  list(method: ListMethod, signal: AbortSignal): Promise<readonly Json[]>;
  /** Whether the target has a capability. Connects to find out. */
  has(capability: string): Promise<boolean>;
  notify(method: string, params: Json | undefined): Promise<void>;
  setLogLevel(level: string): Promise<void>;
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** What the target speaks, as far as there is a connection. */
  era(): "legacy" | "modern" | undefined;
  /** What the process said that was started last. */
  output(): ProcessOutput;
  close(): Promise<void>;
}

export function targetLink(target: Target, world: TargetLinkWorld): TargetLink {
  const inFlight: CallerSide[] = [];
  const subscriptions = new Set<string>();
  let opening: Promise<TargetConnection> | undefined;
  let current: TargetConnection | undefined;
  let logLevel: string | undefined;
  let looking: NodeJS.Timeout | undefined;
  let closing = false;
  let open = 0;
  let restedAt = 0;
  let output = processOutput();
  const life = new AbortController();

  async function connected(signal?: AbortSignal): Promise<TargetConnection> {
    if (life.signal.aborted) throw life.signal.reason;
    if (opening === undefined) {
      const waitMs = world.backOff.waitMs(target.name, world.now());
      if (waitMs > 0) throw new Error(`it could not be reached, and is tried again in ${Math.ceil(waitMs / 1000)} s`);
      opening = connect();
    }
    return await untilAborted(opening, signal);
  }

  function forget(connection: TargetConnection | undefined): void {
    if (current !== connection) return;
    current = undefined;
    opening = undefined;
  }

  /** A process takes one of the places that its caller has, from before it starts until after its end. */
  async function connect(): Promise<TargetConnection> {
    if (target.kind !== "stdio") return await connectNow();
    let connection: TargetConnection | undefined;
    let leave = () => {};
    const seat: ProcessSlot = {
      idleSince() {
        // Whoever subscribed hears of news only as long as there is a connection.
        const isNeeded = connection === undefined || current !== connection || open > 0 || subscriptions.size > 0;
        return isNeeded ? undefined : restedAt;
      },
      vacate() {
        forget(connection);
        void connection?.close().catch(() => {});
      },
    };
    try {
      leave = await world.processes.enter(world.owner, target.name, seat, life.signal);
      connection = await connectNow();
      void connection.closed.then(leave);
      if (open === 0) rest();
      return connection;
    } catch (error) {
      opening = undefined;
      leave();
      throw error;
    }
  }

  async function connectNow(): Promise<TargetConnection> {
    const since = world.now();
    output = processOutput();
    try {
      const connection = await connectTarget(target, {
        info: world.info,
        capabilities: world.capabilities,
        side: () => inFlight.at(-1) ?? world.side,
        era: world.catalogue.era(target.name),
        tool: (name) => world.catalogue.items(target.name, "tools/list").find((tool) => tool.name === name),
        signal: life.signal,
        output,
      });
      if (life.signal.aborted) {
        void connection.close();
        throw life.signal.reason;
      }
      current = connection;
      void connection.closed.then(() => lost(connection, since));
      world.backOff.worked(target.name);
      world.catalogue.learnedEra(target.name, connection.era);
      await restore(connection);
      return connection;
    } catch (error) {
      opening = undefined;
      // A caller who went away while we connected says nothing about the target.
      if (!closing) world.backOff.failed(target.name, since, world.now());
      // Next time it is asked again: it may have moved to the other era.
      world.catalogue.learnedEra(target.name, undefined);
      throw error;
    }
  }

  function lost(connection: TargetConnection, since: number): void {
    // What we close ourselves is no failure of the target.
    if (current !== connection || closing) return;
    forget(connection);
    world.backOff.failed(target.name, since, world.now());
    if (open === 0) world.onLost?.(target, output);
    // Whoever subscribed hears nothing more until there is a connection again.
    if (subscriptions.size > 0) lookLater();
  }

  /** Connects again by itself for a caller who waits for news, and tells that the lists may have changed. */
  function lookLater(): void {
    if (!world.hearsChanges || closing || looking !== undefined) return;
    const look = async () => {
      looking = undefined;
      try {
        const { capabilities } = await connected();
        const told = Object.values(lists).filter(({ capability }) => capabilities[capability] !== undefined);
        for (const method of new Set(told.map(({ changed }) => changed))) world.side.notify(method, undefined);
      } catch {
        lookLater();
      }
    };
    looking = setTimeout(look, Math.max(LOOK_MS, world.backOff.waitMs(target.name, world.now())));
    looking.unref();
  }

  /** Asks the new connection for what the caller asked of the earlier one. */
  async function restore(connection: TargetConnection): Promise<void> {
    connection.logLevel = logLevel;
    const asks: Promise<unknown>[] = [];
    if (connection.era === "modern") asks.push(connection.listen([...subscriptions]));
    else {
      if (logLevel !== undefined && connection.capabilities.logging !== undefined) {
        asks.push(connection.request("logging/setLevel", { level: logLevel }, {}));
      }
      for (const uri of subscriptions) asks.push(connection.request("resources/subscribe", { uri }, {}));
    }
    // A target that refuses one of them still answers calls.
    await Promise.allSettled(asks);
  }

  /** Repeats once when the target forgot the session, since nothing was executed then (2025-11-25, transports). */
  async function repeated<T>(work: (connection: TargetConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = await connected(signal);
    try {
      return await work(connection);
    } catch (error) {
      if (!SdkHttpError.isInstance(error) || error.status !== 404) throw error;
      forget(connection);
      void connection.close().catch(() => {});
      return await work(await connected(signal));
    }
  }

  async function counted<T>(work: Promise<T>): Promise<T> {
    open++;
    try {
      return await work;
    } finally {
      open--;
      if (open === 0) rest();
    }
  }

  function rest(): void {
    restedAt = world.now();
    if (target.kind === "stdio") world.processes.rested(world.owner, target.name);
  }

  async function close(): Promise<void> {
    closing = true;
    clearTimeout(looking);
    // A connection says goodbye to the target before its requests are ended.
    await current?.close().catch(() => {});
    life.abort(new Error("the caller is gone"));
    await opening?.catch(() => {});
  }

  async function subscription(method: string, uri: string): Promise<void> {
    const connection = await connected();
    if (connection.era === "modern") await connection.listen([...subscriptions]);
    else await connection.request(method, { uri }, {});
  }

  return {
    target,
    async request(method, params, options) {
      if (options.caller) inFlight.push(options.caller);
      try {
        return await counted(repeated((connection) => connection.request(method, params, options), options.signal));
      } catch (error) {
        if (isStreamEnd(error)) throw new Error("the answer was cut off");
        throw error;
      } finally {
        if (options.caller) inFlight.splice(inFlight.lastIndexOf(options.caller), 1);
      }
    },
    async list(method, signal) {
      try {
        const items = await counted(repeated((connection) => connection.list(method, signal), signal));
        world.catalogue.listed(target.name, method, items);
        return items;
      } catch (error) {
        if (current === undefined) lookLater();
        throw error;
      }
    },
    has: async (capability) => (await counted(connected())).capabilities[capability] !== undefined,
    async notify(method, params) {
      await current?.notify(method, params);
    },
    async setLogLevel(level) {
      logLevel = level;
      if (current === undefined) return;
      current.logLevel = level;
      if (current.era === "modern" || current.capabilities.logging === undefined) return;
      await counted(current.request("logging/setLevel", { level }, {}));
    },
    async subscribe(uri) {
      subscriptions.add(uri);
      await counted(subscription("resources/subscribe", uri));
    },
    async unsubscribe(uri) {
      subscriptions.delete(uri);
      await counted(subscription("resources/unsubscribe", uri));
    },
    era: () => current?.era,
    output: () => output,
    close,
  };
}

/** Waits for `promise`, or until `signal` ends the waiting of this caller; the work goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
