import { isAnswerMissing } from "../../mcp/answerTo.ts";
import type { PooledLink } from "../../mcp/channelPool.ts";
import { isHarmless } from "../../mcp/harmless.ts";
import { type ListMethod, lists } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { CallerRequest, Peer } from "../../mcp/peer.ts";
import type { UpstreamConnection } from "../../mcp/upstreamConnection.ts";
import { UpstreamLink } from "../../mcp/upstreamLink.ts";
import type { BackOff } from "./backOff.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Processes, ProcessSlot } from "./processes.ts";
import { type ProcessOutput, processOutput } from "./processOutput.ts";
import type { Target } from "./target.ts";
import { connectTarget, type TargetConnectionWorld } from "./targetConnection.ts";

export interface TargetLinkWorld {
  readonly info: TargetConnectionWorld["info"];
  /** What the caller can be asked. */
  readonly capabilities: Json;
  readonly peer: Peer;
  readonly catalogue: Catalogue;
  readonly backOff: BackOff;
  readonly processes: Processes;
  /** Who owns the processes. */
  readonly owner: string;
  /** Called when a connection ended that we did not close. */
  readonly onLost?: ((target: Target, output: ProcessOutput) => void) | undefined;
  /** Called when a target does not end a list. */
  readonly onCutShort?: ((target: Target, method: ListMethod, reason: string) => void) | undefined;
  /** Called for an item of a list that cannot be used. */
  readonly onLeftOut?: ((target: Target, method: ListMethod, item: string, reason: string) => void) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether somebody listens for changes; only then a lost target is looked for without a request. */
  readonly hearsChanges: boolean;
}

/** The shortest wait before reconnecting without a request. */
const LOOK_MS = 500;

/**
 * Links one caller to one target. A target that fails is tried again after a wait that grows each time, and a target
 * that is a process counts as one of its caller's processes.
 */
export interface TargetLink extends PooledLink {
  readonly target: Target;
  /** @throws `ProtocolError` as the target gave it; anything else means that the target could not be reached */
  request(request: CallerRequest): Promise<Json>;
  list(method: ListMethod, signal: AbortSignal): Promise<readonly Json[]>;
  /** Whether the target has a capability. Connects to find out. */
  has(capability: string): Promise<boolean>;
  notify(method: string, params: Json | undefined): Promise<void>;
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** The output of the process that was started last. */
  output(): ProcessOutput;
}

export function targetLink(target: Target, world: TargetLinkWorld): TargetLink {
  const { catalogue, backOff, processes, owner, now } = world;
  const { name } = target;
  let output = processOutput();
  /** When we began to open the connection in use. */
  let since = 0;
  let idleAt = 0;
  let looking: NodeJS.Timeout | undefined;
  let isEnded = false;

  const listed = (tool: string) => catalogue.items(name, "tools/list").find((item) => item?.name === tool);

  const link: UpstreamLink = new UpstreamLink(world.peer, {
    hearsChanges: world.hearsChanges,
    connectsToSubscribe: true,
    now,
    failureOf: (error) => (isAnswerMissing(error) ? new Error(error.message) : error),
    isHarmless: (method, params) => isHarmless(method, params, listed),
    // A call without an answer may have been executed.
    mayRepeat: () => false,
    open: (peer, signal) => (target.kind === "stdio" ? openProcess(peer, signal) : open(peer, signal)),
    onLost() {
      backOff.failed(name, since, now());
      if (link.busy === 0) world.onLost?.(target, output);
      // Subscribers hear nothing until there is a connection again.
      if (link.hasSubscriptions) lookLater();
    },
    onListed: (method, items) => catalogue.listed(name, method, items),
    onIdle: becomeIdle,
  });

  async function open(peer: Peer, signal: AbortSignal): Promise<UpstreamConnection> {
    const waitMs = backOff.waitMs(name, now());
    if (waitMs > 0) throw new Error(`it could not be reached, and is tried again in ${Math.ceil(waitMs / 1000)} s`);
    const began = now();
    output = processOutput();
    try {
      const connection = await connectTarget(target, {
        ...{ info: world.info, capabilities: world.capabilities, peer, signal, output },
        era: catalogue.era(name),
        tool: listed,
        onRelisted: (tools) => catalogue.listed(name, "tools/list", tools),
        onCutShort: (method, reason) => world.onCutShort?.(target, method, reason),
        onLeftOut: (method, item, reason) => world.onLeftOut?.(target, method, item, reason),
      });
      since = began;
      backOff.worked(name);
      catalogue.learnedEra(name, connection.era);
      return connection;
    } catch (error) {
      // When the caller left while we connected, the target has not failed.
      if (!signal.aborted) backOff.failed(name, began, now());
      // Ask for its era again next time: it may have changed.
      catalogue.learnedEra(name, undefined);
      throw error;
    }
  }

  /** A process counts as one of its caller's from before it starts until after it has ended. */
  async function openProcess(peer: Peer, signal: AbortSignal): Promise<UpstreamConnection> {
    let connection: UpstreamConnection | undefined;
    const slot: ProcessSlot = {
      idleSince() {
        // Subscribers hear of changes only while there is a connection.
        const isNeeded = connection === undefined || link.current !== connection || link.busy > 0;
        return isNeeded || link.hasSubscriptions ? undefined : idleAt;
      },
      evict() {
        if (connection !== undefined) link.retire(connection);
      },
    };
    const leave = await processes.enter({ owner, target: name, slot, signal });
    try {
      connection = await open(peer, signal);
    } catch (error) {
      leave();
      throw error;
    }
    void connection.closed.then(leave);
    if (link.busy === 0) becomeIdle();
    return connection;
  }

  function becomeIdle(): void {
    idleAt = now();
    if (target.kind === "stdio") processes.idle(owner, name);
  }

  /** Reconnects without a request for a caller that listens for changes, and announces that lists may have changed. */
  function lookLater(): void {
    if (!world.hearsChanges || isEnded || looking !== undefined) return;
    const look = async () => {
      looking = undefined;
      try {
        const { capabilities } = await link.connect();
        const told = Object.values(lists).filter(({ capability }) => capabilities[capability] !== undefined);
        for (const method of new Set(told.map(({ changed }) => changed))) world.peer.notify(method, undefined);
      } catch {
        lookLater();
      }
    };
    looking = setTimeout(look, Math.max(LOOK_MS, backOff.waitMs(name, now())));
    looking.unref();
  }

  return {
    target,
    get era() {
      return link.era;
    },
    request: (request) => link.request(request),
    async list(method, signal) {
      if (method === "tools/list" && target.kind === "http" && target.tools !== undefined) {
        catalogue.listed(name, method, target.tools);
        return target.tools;
      }
      try {
        return await link.list(method, signal);
      } catch (error) {
        if (link.current === undefined) lookLater();
        throw error;
      }
    },
    async has(capability) {
      const request = { method: "initialize", params: undefined, options: {} };
      const capabilities = await link.attempt(request, async (connection) => connection.capabilities);
      return capabilities[capability] !== undefined;
    },
    notify: (method, params) => link.notify(method, params),
    setLogLevel: (level) => link.setLogLevel(level),
    async subscribe(uri) {
      await link.subscribe({ uri });
    },
    async unsubscribe(uri) {
      await link.unsubscribe({ uri });
    },
    output: () => output,
    async end() {
      isEnded = true;
      clearTimeout(looking);
      await link.end();
    },
  };
}
