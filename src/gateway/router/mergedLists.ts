import { ProtocolError } from "@modelcontextprotocol/client";
import { type ListMethod, lists } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { INVALID_PARAMS, type Peer } from "../../mcp/peer.ts";
import { listTimeoutMs, TooSlow, within } from "./askTarget.ts";
import { deadline } from "./deadline.ts";
import { failureFacts } from "./failureReason.ts";
import { pageOf } from "./page.ts";
import { NoProcessFree } from "./processes.ts";
import { qualifiedName } from "./qualifiedName.ts";
import type { Routed, RouterWorld } from "./routerWorld.ts";
import type { TargetLink } from "./targetLink.ts";
import { searchTool } from "./toolSearch.ts";

/** Merges the lists of all targets and serves them in pages. A dead or slow target leaves only its own items out. */
export interface MergedLists {
  /** @throws ProtocolError for a cursor that no page has given */
  page(method: ListMethod, cursor: unknown): Promise<Json>;
  /** The search tool comes first, if there is one. */
  all(method: ListMethod): Promise<readonly Json[]>;
  /** Call it when the targets have changed. */
  forget(): void;
}

/**
 * @param routed returns the current settings and links
 * @param peer is told when a target answers after the list has left without it
 */
export function mergedLists(routed: () => Routed, peer: Peer, world: RouterWorld): MergedLists {
  /** The whole list behind the first page, so that later pages do not ask the targets again. */
  const whole = new Map<ListMethod, readonly Json[]>();

  async function all(method: ListMethod): Promise<readonly Json[]> {
    const { links, settings } = routed();
    const items = await Promise.all([...links.values()].map(async (link) => await listOf(link, method)));
    return [...(method === "tools/list" && settings.searchType ? [searchTool] : []), ...items.flat()];
  }

  async function listOf(link: TargetLink, method: ListMethod): Promise<readonly Json[]> {
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
    const items = await within(listTimeoutMs(link, settings), listing).catch((error: unknown) => {
      if (error instanceof TooSlow) {
        world.log("target late", { target: name, method, ...failureFacts(link.target, error, link.output()) });
      }
      late = true;
      return world.catalogue.items(name, method);
    });
    if (method !== "tools/list" && method !== "prompts/list") return items;
    return items.map((item) => ({ ...item, name: qualifiedName(name, String(item.name)) }));
  }

  return {
    async page(method, cursor) {
      const known = cursor === undefined ? undefined : whole.get(method);
      const items = known ?? (await all(method));
      const page = pageOf(items, cursor, routed().settings.pageSize);
      if (page === undefined) throw new ProtocolError(INVALID_PARAMS, "Invalid cursor");
      if (page.nextCursor === undefined) whole.delete(method);
      else whole.set(method, items);
      const { items: shown, ...next } = page;
      return { [lists[method].field]: shown, ...next };
    },
    all,
    forget: () => whole.clear(),
  };
}
