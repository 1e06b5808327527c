import { ProtocolError } from "@modelcontextprotocol/client";
import { UriTemplate } from "@modelcontextprotocol/server";
import { changedLists, isListMethod, type ListMethod, listMethods, lists } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { principalOf } from "../principal.ts";
import type { BackOff } from "./backOff.ts";
import type { CallerSide, CallOptions } from "./callerSide.ts";
import type { Catalogue } from "./catalogue.ts";
import { deadline } from "./deadline.ts";
import { failureDetail, INTERNAL_ERROR } from "./failureDetail.ts";
import { failureFacts } from "./failureReason.ts";
import { pageOf } from "./page.ts";
import { NoProcessFree, type Processes } from "./processes.ts";
import type { ProcessOutput } from "./processOutput.ts";
import { qualifiedName, splitName } from "./qualifiedName.ts";
import { type Target, type TargetCaller, targetFor } from "./target.ts";
import type { TargetLink } from "./targetLink.ts";
import { type TargetPool, targetPool } from "./targetPool.ts";
import { SEARCH_TOOL, searchTool, searchTools } from "./toolSearch.ts";

/** What the gateway's operator decides about its targets and how they are shown. */
export interface RouterSettings {
  readonly targets: readonly Target[];
  /** How long a list waits for a target before it goes without it. */
  readonly listTimeoutMs: number;
  /** How long a call waits for its target. */
  readonly callTimeoutMs: number;
  /** How many items a page of a list has; 0 puts everything on one. */
  readonly pageSize: number;
  /** Whether the gateway has a tool that searches tools. */
  readonly searchType: "SEMANTIC" | undefined;
  /** DEBUG tells callers what went wrong behind the gateway. */
  readonly exceptionLevel: "DEBUG" | undefined;
}

export interface RouterWorld {
  readonly info: { readonly name: string; readonly version: string };
  readonly settings: () => RouterSettings;
  readonly catalogue: Catalogue;
  readonly backOff: BackOff;
  readonly processes: Processes;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (message: string, facts: Json) => void;
  /** Told of each target that could not be reached, or did not answer in time. */
  readonly targetFailed?: ((target: string) => void) | undefined;
}

/** One caller's way to all targets. */
export interface Router {
  /** @throws ProtocolError */
  answer(method: string, params: Json | undefined, options: CallOptions): Promise<Json>;
  notify(method: string, params: Json | undefined): Promise<void>;
  /**
   * Takes up the settings as they are now and tells that the lists may have changed. What is open to a target that is
   * gone or another now is answered yet.
   */
  settingsChanged(): void;
  /** Closes connections that calls needed beside the first one and nobody needs any more. */
  sweep(): void;
  close(): Promise<void>;
}

const INVALID_PARAMS = -32602;
const INTERNAL = -32603;

/**
 * Merges the targets' lists and brings each call to the target it names.
 *
 * A target that is dead or slow costs the list its own items only, and a call to another target nothing.
 *
 * @param capabilities what the caller can be asked
 * @param side who is asked and told when no call is open
 * @param hearsChanges whether `side` hears that a list changed
 * @param caller whom the targets in this process are told of
 */
export function createRouter(
  capabilities: Json,
  side: CallerSide,
  world: RouterWorld,
  hearsChanges: boolean,
  caller: TargetCaller | undefined,
): Router {
  const { info, catalogue, backOff, now } = world;
  const onLost = (target: Target, output: ProcessOutput) =>
    world.log("target lost", {
      target: target.name,
      ...failureFacts(target, new Error("the connection ended"), output),
    });
  const { processes } = world;
  const owner = principalOf(caller);
  const linkWorld = { info, capabilities, side, catalogue, backOff, processes, owner, onLost, now, hearsChanges };
  let settings = world.settings();
  let links = linksTo(settings.targets);
  /** What the first page was cut from, so that the targets are not asked again for each further one. */
  const whole = new Map<ListMethod, readonly Json[]>();

  function linksTo(targets: readonly Target[], known?: ReadonlyMap<Target, TargetPool>): Map<string, TargetPool> {
    return new Map(
      targets.map((target) => [target.name, known?.get(target) ?? targetPool(targetFor(target, caller), linkWorld)]),
    );
  }

  async function list(method: ListMethod, cursor: unknown): Promise<Json> {
    const known = cursor === undefined ? undefined : whole.get(method);
    const all = known ?? (await everything(method));
    const page = pageOf(all, cursor, settings.pageSize);
    if (page === undefined) throw new ProtocolError(INVALID_PARAMS, "Invalid cursor");
    if (page.nextCursor === undefined) whole.delete(method);
    else whole.set(method, all);
    const { items, ...next } = page;
    return { [lists[method].field]: items, ...next };
  }

  async function everything(method: ListMethod): Promise<readonly Json[]> {
    const all = await Promise.all([...links.values()].map(async (link) => await listOf(link, method)));
    return [...(method === "tools/list" && settings.searchType ? [searchTool] : []), ...all.flat()];
  }

  async function listOf(link: TargetLink, method: ListMethod): Promise<readonly Json[]> {
    const { name } = link.target;
    let late = false;
    const limit = deadline(link.target.callTimeoutMs ?? settings.callTimeoutMs, undefined);
    const listing = link.list(method, limit.signal).finally(() => limit.clear());
    listing.then(
      () => late && side.notify(lists[method].changed, undefined),
      (error: unknown) => {
        if (!(error instanceof NoProcessFree)) world.targetFailed?.(name);
        world.log("target not listed", { target: name, method, ...failureFacts(link.target, error, link.output()) });
      },
    );
    const items = await within(listTimeoutMs(link), listing).catch((error: unknown) => {
      if (error instanceof TooSlow) {
        world.log("target late", { target: name, method, ...failureFacts(link.target, error, link.output()) });
      }
      late = true;
      return catalogue.items(name, method);
    });
    if (method !== "tools/list" && method !== "prompts/list") return items;
    return items.map((item) => ({ ...item, name: qualifiedName(name, String(item.name)) }));
  }

  const listTimeoutMs = ({ target }: TargetLink): number => target.listTimeoutMs ?? settings.listTimeoutMs;

  /** @throws ProtocolError as the target gave it, `TargetFailure`, or whatever `options.signal` was aborted with */
  async function ask(link: TargetLink, method: string, params: Json | undefined, options: CallOptions): Promise<Json> {
    const limit = deadline(link.target.callTimeoutMs ?? settings.callTimeoutMs, options.signal);
    try {
      return await link.request(method, params, { ...options, signal: limit.signal });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (!limit.passed() && ProtocolError.isInstance(error)) throw error;
      throw failed(link, method, limit.passed() ? limit.signal.reason : error);
    } finally {
      limit.clear();
    }
  }

  function failed(link: TargetLink, method: string, error: unknown): TargetFailure {
    const { name } = link.target;
    world.log("target failed", { target: name, method, ...failureFacts(link.target, error, link.output()) });
    // The target is well, and the caller's own calls are in the way.
    if (error instanceof NoProcessFree) return new TargetFailure(error.message);
    world.targetFailed?.(name);
    return new TargetFailure(settings.exceptionLevel === "DEBUG" ? failureDetail(link.target, error) : INTERNAL_ERROR);
  }

  async function call(method: string, params: Json | undefined, options: CallOptions): Promise<Json> {
    const named = splitName(params?.name);
    const link = named && links.get(named.target);
    if (!link) throw new ProtocolError(INVALID_PARAMS, `Unknown ${noun(method)}: ${String(params?.name)}`);
    try {
      return await ask(link, method, { ...params, name: named.name }, options);
    } catch (error) {
      if (!(error instanceof TargetFailure) || method !== "tools/call") throw error;
      // A tool's failure is a result, so that the agent reads it (2025-11-25, server/tools).
      const said = { type: "text", text: error.message };
      return { content: [said], isError: true, ...(settings.exceptionLevel === "DEBUG" && { _meta: { debug: said } }) };
    }
  }

  async function search(params: Json | undefined): Promise<Json> {
    const query = (params?.arguments as Json | undefined)?.query;
    if (typeof query !== "string") throw new ProtocolError(INVALID_PARAMS, "query has to be a text");
    const tools = searchTools(query, (await everything("tools/list")).slice(1));
    // AgentCore has answered in either form, and clients read either.
    const text = JSON.stringify({ tools });
    return { content: [{ type: "text", text }], structuredContent: { tools }, isError: false };
  }

  /** The targets that may have a resource, the likeliest first: by its address, by a template, or whoever will. */
  function ownersOf(uri: string): TargetLink[] {
    const rank = ({ target }: TargetLink) => {
      const has = (method: ListMethod, fits: (item: Json) => boolean) =>
        world.catalogue.items(target.name, method).some(fits);
      if (has("resources/list", (item) => item.uri === uri)) return 0;
      if (has("resources/templates/list", ({ uriTemplate }) => matches(String(uriTemplate), uri))) return 1;
      return 2;
    };
    const ranked = [...links.values()].map((link) => ({ link, at: rank(link) })).sort((a, b) => a.at - b.at);
    // Whose address it is has the last word about it.
    const owned = ranked[0]?.at === 0 ? ranked.slice(0, 1) : ranked;
    return owned.map(({ link }) => link);
  }

  async function resource<T>(uri: string, signal: AbortSignal | undefined, act: (link: TargetLink) => Promise<T>) {
    let refusal: unknown = new ProtocolError(INVALID_PARAMS, "Resource not found", { uri });
    // All are asked at once, so that several silent ones are waited for together.
    const owners = ownersOf(uri).map((link) => ({ link, able: hasResources(link) }));
    for (const { link, able } of owners) {
      try {
        if (await able) return await act(link);
      } catch (error) {
        if (signal?.aborted) throw error;
        const reason = ProtocolError.isInstance(error) ? error : failed(link, "resources", error);
        // The silence of one target among several is no answer; that of the owner is.
        if (!(reason instanceof TargetFailure) || owners.length === 1) refusal = reason;
      }
    }
    throw refusal;
  }

  const hasResources = (link: TargetLink): Promise<boolean> =>
    within(listTimeoutMs(link), link.has("resources")).catch((error: unknown) => {
      failed(link, "resources", error);
      return false;
    });

  async function complete(params: Json | undefined, options: CallOptions): Promise<Json> {
    const ref = params?.ref as Json | undefined;
    if (ref?.type === "ref/prompt") {
      const named = splitName(ref.name);
      const link = named && links.get(named.target);
      if (!link) throw new ProtocolError(INVALID_PARAMS, `Unknown prompt: ${String(ref.name)}`);
      return await ask(link, "completion/complete", { ...params, ref: { ...ref, name: named.name } }, options);
    }
    const uri = String(ref?.uri);
    const owner = [...links.values()].find(({ target }) =>
      world.catalogue.items(target.name, "resources/templates/list").some(({ uriTemplate }) => uriTemplate === uri),
    );
    if (owner) return await ask(owner, "completion/complete", params, options);
    return await resource(uri, options.signal, (link) => ask(link, "completion/complete", params, options));
  }

  return {
    async answer(method, params, options) {
      if (isListMethod(method)) return await list(method, params?.cursor);
      const uri = String(params?.uri);
      switch (method) {
        case "tools/call":
        case "prompts/get":
          if (settings.searchType && method === "tools/call" && params?.name === SEARCH_TOOL)
            return await search(params);
          return await call(method, params, options);
        case "resources/read":
          return await resource(uri, options.signal, (link) => ask(link, method, params, options));
        case "resources/subscribe":
          await resource(uri, options.signal, (link) => link.subscribe(uri));
          return {};
        case "resources/unsubscribe":
          await resource(uri, options.signal, (link) => link.unsubscribe(uri));
          return {};
        case "completion/complete":
          return await complete(params, options);
        case "logging/setLevel":
          await Promise.allSettled([...links.values()].map((link) => link.setLogLevel(String(params?.level))));
          return {};
        default:
          throw new ProtocolError(-32601, "Method not found");
      }
    },
    async notify(method, params) {
      await Promise.all([...links.values()].map((link) => link.notify(method, params)));
    },
    settingsChanged() {
      const before = settings.targets;
      const kept = new Map(before.map((target) => [target, links.get(target.name) as TargetPool]));
      const earlier = links;
      settings = world.settings();
      links = linksTo(settings.targets, kept);
      for (const [name, link] of earlier) if (links.get(name) !== link) link.retire();
      whole.clear();
      for (const changed of new Set(listMethods.map((method) => lists[method].changed)))
        side.notify(changed, undefined);
    },
    sweep() {
      for (const link of links.values()) link.sweep();
    },
    async close() {
      await Promise.all([...links.values()].map((link) => link.close()));
    },
  };
}

/** The methods of 2026-07-28 that a router answers. It has no others, and sessions have some more. */
export const statelessMethods: ReadonlySet<string> = new Set([
  ...listMethods,
  ...["tools/call", "prompts/get", "resources/read", "completion/complete"],
]);

/** Whether a notification is news for whoever listens, rather than part of a call. */
export const isNews = (method: string): boolean =>
  changedLists(method).length > 0 || method === "notifications/resources/updated";

/** A target could not be reached or did not answer; said in the words that the caller may see. */
class TargetFailure extends ProtocolError {
  constructor(words: string) {
    super(INTERNAL, words);
  }
}

const noun = (method: string) => (method === "tools/call" ? "tool" : "prompt");

class TooSlow extends Error {}

function matches(template: string, uri: string): boolean {
  try {
    return new UriTemplate(template).match(uri) !== null;
  } catch {
    return false;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow(`no answer within ${ms} ms`)), ms);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
