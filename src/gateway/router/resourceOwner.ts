import { ProtocolError } from "@modelcontextprotocol/client";
import { UriTemplate } from "@modelcontextprotocol/server";
import type { ListMethod } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { INVALID_PARAMS } from "../../mcp/peer.ts";
import { listTimeoutMs, TargetFailure, targetFailure, within } from "./askTarget.ts";
import type { Routed, RouterWorld } from "./routerWorld.ts";
import type { TargetLink } from "./targetLink.ts";

export interface ResourceWorld extends Pick<RouterWorld, "catalogue" | "log" | "targetFailed">, Routed {
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs `act` on the target that has a resource. That is the target which lists it; otherwise targets with a matching
 * template are tried, then all others, until one knows it.
 *
 * @throws ProtocolError as a target gave it, or that nobody has the resource
 */
export async function atResourceOwner<T>(
  uri: string,
  act: (link: TargetLink) => Promise<T>,
  world: ResourceWorld,
): Promise<T> {
  let refusal: unknown = new ProtocolError(INVALID_PARAMS, "Resource not found", { uri });
  // Ask all at once, so that their time limits run in parallel.
  const owners = ownersOf(uri, world).map((link) => ({ link, able: hasResources(link, world) }));
  for (const { link, able } of owners) {
    try {
      if (await able) return await act(link);
    } catch (error) {
      if (world.signal?.aborted) throw error;
      const reason = ProtocolError.isInstance(error) ? error : targetFailure(link, "resources", error, world);
      // A silent target counts only if it is the owner.
      if (!(reason instanceof TargetFailure) || owners.length === 1) refusal = reason;
    }
  }
  throw refusal;
}

/** The targets that may have a resource, most likely first: by address, by template, then all others. */
function ownersOf(uri: string, { catalogue, links }: ResourceWorld): readonly TargetLink[] {
  const rank = ({ target }: TargetLink) => {
    const has = (method: ListMethod, fits: (item: Json) => boolean) => catalogue.items(target.name, method).some(fits);
    if (has("resources/list", (item) => item.uri === uri)) return 0;
    if (has("resources/templates/list", ({ uriTemplate }) => matches(String(uriTemplate), uri))) return 1;
    return 2;
  };
  const ranked = [...links.values()].map((link) => ({ link, at: rank(link) })).sort((a, b) => a.at - b.at);
  // A target that lists the address is the only one to ask.
  const owned = ranked[0]?.at === 0 ? ranked.slice(0, 1) : ranked;
  return owned.map(({ link }) => link);
}

async function hasResources(link: TargetLink, world: ResourceWorld): Promise<boolean> {
  try {
    return await within(listTimeoutMs(link, world.settings), link.has("resources"));
  } catch (error) {
    targetFailure(link, "resources", error, world);
    return false;
  }
}

function matches(template: string, uri: string): boolean {
  try {
    return new UriTemplate(template).match(uri) !== null;
  } catch {
    return false;
  }
}
