import { ProtocolError } from "@modelcontextprotocol/client";
import { qualifiedName } from "../../lib/qualifiedName.ts";
import { type ListMethod, lists } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { INVALID_PARAMS, type Peer } from "../../mcp/peer.ts";
import type { PolicyCaller } from "../policies/toolPolicies.ts";
import { listTimeoutMs, TargetFailure, TooSlow, within } from "./askTarget.ts";
import { deadline } from "./deadline.ts";
import { failureDetail, INTERNAL_ERROR } from "./failureDetail.ts";
import { failureFacts } from "./failureReason.ts";
import { pageOf } from "./page.ts";
import { NoProcessFree } from "./processes.ts";
import type { Routed, RouterWorld } from "./routerWorld.ts";
import type { TargetLink } from "./targetLink.ts";
import { searchTool } from "./toolSearch.ts";

/**
 * Merges the lists of all targets and serves them in pages. A dead or slow target leaves only its own items out; a list
 * that no target gives, now or before, is an error.
 */
export interface MergedLists {
  /** @throws ProtocolError for a cursor that no page has given, or TargetFailure */
  page(method: ListMethod, cursor: unknown, from: PolicyCaller | undefined): Promise<Json>;
  /** The tools that the caller may find; the search tool comes first, if there is one. */
  tools(from: PolicyCaller | undefined): Promise<readonly Json[]>;
  /** Call it when the targets have changed. */
  forget(): void;
}

/** The items as callers see them. */
const named = (target: string, method: ListMethod, items: readonly Json[]): readonly Json[] =>
  method === "tools/list" || method === "prompts/list"
    ? items.map((item) => ({ ...item, name: qualifiedName(target, String(item.name)) }))
    : items;

/**
 * @param routed returns the current settings and links
 * @param peer is told when a target answers after the list has left without it
 */
export function mergedLists(routed: () => Routed, peer: Peer, world: RouterWorld): MergedLists {
  /** The whole list behind the first page, so that later pages do not ask the targets again. */
  const whole = new Map<ListMethod, readonly Json[]>();

  async function all(method: ListMethod): Promise<readonly Json[]> {
    const { links, settings } = routed();
    const listed = await Promise.all([...links.values()].map(async (link) => await listOf(link, method)));
    // An empty list would say that nobody has anything.
    if (listed.length > 0 && listed.every(({ failure }) => failure !== undefined)) throw listed[0]?.failure;
    const items = listed.flatMap(({ items }) => items);
    return method === "tools/list" && settings.searchType ? [searchTool, ...items] : items;
  }

  /** @returns the failure in place of items where the target did not list any, now or before */
  async function listOf(
    link: TargetLink,
    method: ListMethod,
  ): Promise<{ readonly items: readonly Json[]; readonly failure?: TargetFailure }> {
    const { settings } = routed();
    const { name } = link.target;
    let late = false;
    const limit = deadline(link.target.callTimeoutMs ?? settings.callTimeoutMs, undefined);
    const listing = link.list(method, limit.signal).finally(() => limit.clear());
    listing.then(
      () => late && peer.notify(lists[method].changed, undefined),
      (error: unknown) => {
        if (!(error instanceof NoProcessFree)) world.targetFailed?.(name);
        world.log("target not listed", { target: name, method, ...failureFacts(link.target, error, link.output()) });
      },
    );
    try {
      return { items: named(name, method, await within(listTimeoutMs(link, settings), listing)) };
    } catch (error) {
      if (error instanceof TooSlow) {
        world.log("target late", { target: name, method, ...failureFacts(link.target, error, link.output()) });
      }
      late = true;
      const items = named(name, method, world.catalogue.items(name, method));
      return items.length > 0 ? { items } : { items, failure: failureOf(link, error) };
    }
  }

  function failureOf({ target }: TargetLink, error: unknown): TargetFailure {
    if (error instanceof NoProcessFree) return new TargetFailure(error.message);
    const isDebug = routed().settings.exceptionLevel === "DEBUG";
    return new TargetFailure(isDebug ? failureDetail(target, error) : INTERNAL_ERROR);
  }

  /** What of a list the policies show; prompts and resources are none of theirs. */
  function allowed(method: ListMethod, items: readonly Json[], from: PolicyCaller | undefined): readonly Json[] {
    const policies = method === "tools/list" ? world.policies?.() : undefined;
    return policies?.enforces ? policies.shown(items, from) : items;
  }

  return {
    async page(method, cursor, from) {
      const known = cursor === undefined ? undefined : whole.get(method);
      const items = known ?? (await all(method));
      const page = pageOf(allowed(method, items, from), cursor, routed().settings.pageSize);
      if (page === undefined) throw new ProtocolError(INVALID_PARAMS, "Invalid cursor");
      if (cursor === undefined && page.nextCursor !== undefined && routed().settings.pageSize === 0) {
        world.log("list in pages", { method, items: items.length, onFirstPage: page.items.length });
      }
      if (page.nextCursor === undefined) whole.delete(method);
      else whole.set(method, items);
      const { items: shown, ...next } = page;
      return { [lists[method].field]: shown, ...next };
    },
    tools: async (from) => allowed("tools/list", await all("tools/list"), from),
    forget: () => whole.clear(),
  };
}
