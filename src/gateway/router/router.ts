import { ProtocolError } from "@modelcontextprotocol/client";
import { UriTemplate } from "@modelcontextprotocol/server";
import { changedLists, isListMethod, type ListMethod, lists } from "../../core/mcp/lists.ts";
import type { Json } from "../../core/mcp/passThrough.ts";
import type { CallerSide, CallOptions } from "./callerSide.ts";
import type { Catalogue } from "./catalogue.ts";
import { qualifiedName, splitName } from "./qualifiedName.ts";
import type { Target } from "./target.ts";
import { type TargetLink, targetLink } from "./targetLink.ts";

export interface RouterWorld {
  readonly info: { readonly name: string; readonly version: string };
  readonly targets: readonly Target[];
  readonly catalogue: Catalogue;
  /** How long a list waits for a target before it goes without it. */
  readonly listTimeoutMs: number;
  readonly log: (message: string, facts: Json) => void;
}

/** One caller's way to all targets. */
export interface Router {
  /** @throws ProtocolError */
  answer(method: string, params: Json | undefined, options: CallOptions): Promise<Json>;
  notify(method: string, params: Json | undefined): Promise<void>;
  close(): Promise<void>;
}

/** AgentCore's words for what went wrong behind it; what exactly is in the log. */
const INTERNAL_ERROR = "An internal error occurred. Please retry later.";
const INVALID_PARAMS = -32602;

/**
 * Merges the targets' lists and brings each call to the target it names.
 *
 * A target that is dead or slow costs the list its own items only, and a call to another target nothing.
 *
 * @param capabilities what the caller can be asked
 * @param side who is asked and told when no call is open
 */
export function createRouter(capabilities: Json, side: CallerSide, world: RouterWorld): Router {
  const linkWorld = { info: world.info, capabilities, side, catalogue: world.catalogue };
  const links = new Map(world.targets.map((target) => [target.name, targetLink(target, linkWorld)]));

  async function list(method: ListMethod): Promise<Json> {
    const all = await Promise.all([...links.values()].map(async (link) => await listOf(link, method)));
    return { [lists[method].field]: all.flat() };
  }

  async function listOf(link: TargetLink, method: ListMethod): Promise<readonly Json[]> {
    const { name } = link.target;
    let late = false;
    const listing = link.list(method);
    listing.then(
      () => late && side.notify(lists[method].changed, undefined),
      (error: unknown) => world.log("target not listed", { target: name, method, error: nameOf(error) }),
    );
    const items = await within(world.listTimeoutMs, listing).catch(() => {
      late = true;
      return world.catalogue.items(name, method);
    });
    if (method !== "tools/list" && method !== "prompts/list") return items;
    return items.map((item) => ({ ...item, name: qualifiedName(name, String(item.name)) }));
  }

  async function call(method: string, params: Json | undefined, options: CallOptions): Promise<Json> {
    const named = splitName(params?.name);
    const link = named && links.get(named.target);
    if (!link) throw new ProtocolError(INVALID_PARAMS, `Unknown ${noun(method)}: ${String(params?.name)}`);
    try {
      return await link.request(method, { ...params, name: named.name }, options);
    } catch (error) {
      if (ProtocolError.isInstance(error) || options.signal?.aborted) throw error;
      logFailure(link, method, error);
      // A tool's failure is a result, so that the agent reads it (2025-11-25, server/tools).
      if (method === "tools/call") return { content: [{ type: "text", text: INTERNAL_ERROR }], isError: true };
      throw new ProtocolError(-32603, INTERNAL_ERROR);
    }
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
        if (ProtocolError.isInstance(error)) refusal = error;
        else logFailure(link, "resources", error);
      }
    }
    throw refusal;
  }

  const hasResources = (link: TargetLink): Promise<boolean> =>
    within(world.listTimeoutMs, link.has("resources")).catch((error: unknown) => {
      logFailure(link, "resources", error);
      return false;
    });

  const logFailure = ({ target }: TargetLink, method: string, error: unknown): void =>
    world.log("target failed", { target: target.name, method, error: nameOf(error) });

  async function complete(params: Json | undefined, options: CallOptions): Promise<Json> {
    const ref = params?.ref as Json | undefined;
    if (ref?.type === "ref/prompt") {
      const named = splitName(ref.name);
      const link = named && links.get(named.target);
      if (!link) throw new ProtocolError(INVALID_PARAMS, `Unknown prompt: ${String(ref.name)}`);
      return await link.request("completion/complete", { ...params, ref: { ...ref, name: named.name } }, options);
    }
    const uri = String(ref?.uri);
    const owner = [...links.values()].find(({ target }) =>
      world.catalogue.items(target.name, "resources/templates/list").some(({ uriTemplate }) => uriTemplate === uri),
    );
    if (owner) return await owner.request("completion/complete", params, options);
    return await resource(uri, options.signal, (link) => link.request("completion/complete", params, options));
  }

  return {
    async answer(method, params, options) {
      if (isListMethod(method)) return await list(method);
      const uri = String(params?.uri);
      switch (method) {
        case "tools/call":
        case "prompts/get":
          return await call(method, params, options);
        case "resources/read":
          return await resource(uri, options.signal, (link) => link.request(method, params, options));
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
    async close() {
      await Promise.all([...links.values()].map((link) => link.close()));
    },
  };
}

/** Whether a notification is news for whoever listens, rather than part of a call. */
export const isNews = (method: string): boolean =>
  changedLists(method).length > 0 || method === "notifications/resources/updated";

const noun = (method: string) => (method === "tools/call" ? "tool" : "prompt");

const nameOf = (error: unknown) => (error instanceof Error ? error.name : "unknown");

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
    timer = setTimeout(() => reject(new Error("too slow")), ms);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
