import { ProtocolError } from "@modelcontextprotocol/client";
import { foreignText } from "../../lib/foreignText.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import { isListMethod, listMethods, lists } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { type CallerRequest, type CallOptions, INVALID_PARAMS, METHOD_NOT_FOUND, type Peer } from "../../mcp/peer.ts";
import type { Route } from "../../mcp/route.ts";
import { toolError } from "../../mcp/toolError.ts";
import { contextOf } from "../mcp/callerContext.ts";
import { policyAnswer } from "../policies/policyAnswer.ts";
import type { ToolPolicies } from "../policies/toolPolicies.ts";
import { principalOf } from "../principal.ts";
import { askTarget, TargetFailure, toolsOf } from "./askTarget.ts";
import { failureFacts } from "./failureReason.ts";
import { withInternalErrors } from "./internalErrors.ts";
import { mergedLists } from "./mergedLists.ts";
import { atResourceOwner } from "./resourceOwner.ts";
import type { RouterWorld } from "./routerWorld.ts";
import { type Target, type TargetCaller, targetFor } from "./target.ts";
import type { TargetLink, TargetLinkWorld } from "./targetLink.ts";
import { type TargetPool, targetPool } from "./targetPool.ts";
import { SEARCH_TOOL, searchTools } from "./toolSearch.ts";

/** The caller that a router serves. */
export interface RouterCaller {
  /** The capabilities of the caller. */
  readonly capabilities: Json;
  /** Answers and hears targets when no request brings a peer of its own. */
  readonly peer: Peer;
  /** Whether the peer hears that a list changed. */
  readonly hearsChanges: boolean;
  /** The identity that targets in this process are told. */
  readonly caller: TargetCaller | undefined;
}

/** Brings one caller's requests to all targets. */
export interface Router extends Route {
  /**
   * Applies the current settings and announces that lists may have changed. Calls in flight to a removed or
   * replaced target still finish.
   */
  settingsChanged(): void;
}

/**
 * Merges the targets' lists and brings each call to the target it names.
 *
 * A dead or slow target leaves only its own items out of a list, and does not delay calls to other targets.
 */
export function createRouter({ capabilities, peer, hearsChanges, caller }: RouterCaller, world: RouterWorld): Router {
  const { info, catalogue, backOff, processes, now } = world;
  const linkWorld: TargetLinkWorld = {
    ...{ info, capabilities, peer, catalogue, backOff, processes, now, hearsChanges },
    owner: principalOf(caller),
    onLost: (target, output) => {
      const facts = failureFacts(target, new Error("the connection ended"), output);
      world.log("target lost", { target: target.name, ...facts });
    },
    onCutShort: ({ name }, method, reason) => world.log("list not ended", { target: name, method, reason }),
    onLeftOut: ({ name }, method, item, reason) =>
      world.log("left out of a list", { target: name, method, item: foreignText(item), reason }),
  };
  let settings = world.settings();
  let links = linksTo(settings.targets);
  const routed = () => ({ settings, links });
  const merged = mergedLists(routed, peer, world);

  function linksTo(targets: readonly Target[], known?: ReadonlyMap<Target, TargetPool>): Map<string, TargetPool> {
    return new Map(
      targets.map((target) => [target.name, known?.get(target) ?? targetPool(targetFor(target, caller), linkWorld)]),
    );
  }

  const ask = (link: TargetLink, request: CallerRequest) => askTarget(link, request, { ...world, settings });

  async function call(request: CallerRequest): Promise<Json> {
    const { method, params } = request;
    const { link, name } = namedBy(params?.name, method === "tools/call" ? "tool" : "prompt");
    try {
      const policies = method === "tools/call" ? world.policies?.() : undefined;
      const denial = policies && (await deniedBy(policies, request, { link, name }));
      if (denial !== undefined) return denial;
      return await ask(link, { ...request, params: { ...params, name } });
    } catch (error) {
      if (!(error instanceof TargetFailure) || method !== "tools/call") throw error;
      // A tool's failure is a result, so that the agent reads it (2025-11-25, server/tools).
      const failed = toolError(error.message);
      return settings.exceptionLevel === "DEBUG" ? { ...failed, _meta: { debug: failed.content[0] } } : failed;
    }
  }

  /** @throws ProtocolError when the name has no target of ours */
  function namedBy(qualified: unknown, noun: string): { readonly link: TargetPool; readonly name: string } {
    const named = splitName(qualified);
    const link = named && links.get(named.target);
    if (!link) throw new ProtocolError(INVALID_PARAMS, `Unknown ${noun}: ${foreignText(String(qualified))}`);
    return { link, name: named.name };
  }

  /** The answer to a call that the policies deny. They know a tool once its target has listed it. */
  async function deniedBy(
    policies: ToolPolicies,
    { params, options }: CallerRequest,
    { link, name }: { readonly link: TargetPool; readonly name: string },
  ): Promise<Json | undefined> {
    const target = link.target.name;
    const isKnown = catalogue.items(target, "tools/list").some((tool) => tool.name === name);
    if (!isKnown) await toolsOf(link, { ...world, settings, signal: options.signal });
    return policyAnswer({ target, name, input: params?.arguments }, policies, contextOf(options));
  }

  async function search({ params, options }: CallerRequest): Promise<Json> {
    const query = (params?.arguments as Json | undefined)?.query;
    if (typeof query !== "string") throw new ProtocolError(INVALID_PARAMS, "query has to be a text");
    const tools = searchTools(query, (await merged.tools(contextOf(options))).slice(1));
    // AgentCore has answered in either form, and clients read either.
    const text = JSON.stringify({ tools });
    return { content: [{ type: "text", text }], structuredContent: { tools }, isError: false };
  }

  const resource = <T>(uri: string, { signal }: CallOptions, act: (link: TargetLink) => Promise<T>) =>
    atResourceOwner(uri, act, { ...world, ...routed(), signal });

  async function complete(request: CallerRequest): Promise<Json> {
    const { params, options } = request;
    const ref = params?.ref as Json | undefined;
    if (ref?.type === "ref/prompt") {
      const { link, name } = namedBy(ref.name, "prompt");
      return await ask(link, { ...request, params: { ...params, ref: { ...ref, name } } });
    }
    const uri = String(ref?.uri);
    const owner = [...links.values()].find(({ target }) =>
      catalogue.items(target.name, "resources/templates/list").some(({ uriTemplate }) => uriTemplate === uri),
    );
    if (owner) return await ask(owner, request);
    return await resource(uri, options, (link) => ask(link, request));
  }

  async function answer(request: CallerRequest): Promise<Json> {
    const { method, params, options } = request;
    if (isListMethod(method)) return await merged.page(method, params?.cursor, contextOf(options));
    const uri = String(params?.uri);
    switch (method) {
      case "tools/call":
        return settings.searchType && params?.name === SEARCH_TOOL ? await search(request) : await call(request);
      case "prompts/get":
        return await call(request);
      case "resources/read":
        return await resource(uri, options, (link) => ask(link, request));
      case "resources/subscribe":
        await resource(uri, options, (link) => link.subscribe(uri));
        return {};
      case "resources/unsubscribe":
        await resource(uri, options, (link) => link.unsubscribe(uri));
        return {};
      case "completion/complete":
        return await complete(request);
      case "logging/setLevel":
        await Promise.allSettled([...links.values()].map((link) => link.setLogLevel(String(params?.level))));
        return {};
      default:
        throw new ProtocolError(METHOD_NOT_FOUND, "Method not found");
    }
  }

  return {
    handle: (request) => withInternalErrors(request, answer, world),
    async notify(method, params) {
      await Promise.all([...links.values()].map((link) => link.notify(method, params)));
    },
    settingsChanged() {
      const earlier = links;
      const kept = new Map(settings.targets.map((target) => [target, earlier.get(target.name) as TargetPool]));
      settings = world.settings();
      links = linksTo(settings.targets, kept);
      for (const [name, link] of earlier) if (links.get(name) !== link) link.retire();
      merged.forget();
      for (const changed of new Set(listMethods.map((method) => lists[method].changed))) {
        peer.notify(changed, undefined);
      }
    },
    sweep() {
      for (const link of links.values()) link.sweep();
    },
    async close() {
      await Promise.all([...links.values()].map((link) => link.end()));
    },
  };
}

/** The methods of 2026-07-28 that a router answers. Sessions have a few more. */
export const statelessMethods: ReadonlySet<string> = new Set([
  ...listMethods,
  ...["tools/call", "prompts/get", "resources/read", "completion/complete"],
]);
