import { foreignText } from "../lib/foreignText.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import { MAX_MESSAGE_BYTES } from "../lib/limits.ts";
import type { Log } from "../lib/log.ts";
import { isHarmless } from "../mcp/harmless.ts";
import type { ListMethod } from "../mcp/lists.ts";
import { wasNeverSent } from "../mcp/networkCauses.ts";
import type { Caller, Peer } from "../mcp/peer.ts";
import { UpstreamConnection } from "../mcp/upstreamConnection.ts";
import { UpstreamLink } from "../mcp/upstreamLink.ts";
import { httpTransport } from "../mcp/watchedTransport.ts";
import { announcing } from "./announcing.ts";
import { failingWhenBusy } from "./busyFailure.ts";
import type { CatalogueKeeper } from "./catalogueKeeper.ts";
import { EndedTokenWords } from "./endedToken.ts";
import type { GatewayAccess, GatewayAddress } from "./gatewayAccess.ts";
import { gatewayError, isConnectionLoss, wasTooSilent } from "./gatewayError.ts";

export interface LinkWorld {
  readonly gateway: GatewayAddress;
  readonly access: Pick<GatewayAccess, "fetch">;
  readonly keeper: CatalogueKeeper;
  readonly log: Log;
  readonly now: () => number;
  /** The policy session of this link's caller, where the gateway may want one. */
  readonly inSession?: ((fetch: HttpFetch) => HttpFetch) | undefined;
  /** The extensions of MCP that are used on the way to the gateway, which it is told of; by default none. */
  readonly extensions?: (() => readonly string[]) | undefined;
  /** The largest answer that is taken, in MiB, as it is set now; 32 when absent. */
  readonly maxResultMiB?: (() => number | undefined) | undefined;
  /** The one revision to speak, as it is set now; what the gateway knows is found out with `auto`, and when absent. */
  readonly protocolVersion?: (() => "auto" | "2025-11-25" | "2026-07-28" | undefined) | undefined;
  /** Called after each new connection, first and later ones. */
  readonly onConnected: (link: UpstreamLink) => void;
  /** Called when a connection ended that nobody here closed. */
  readonly onLost: (link: UpstreamLink) => void;
  /** Called when the gateway says that lists changed. */
  readonly onListChanged: (link: UpstreamLink, methods: readonly ListMethod[]) => void;
}

/** The revision to speak, as it is set now. */
export const revisionOf = ({ protocolVersion }: Pick<LinkWorld, "protocolVersion">) => protocolVersion?.() ?? "auto";

/** For `initialize` or `server/discover` only: a tool may be slow, but connecting should not be. */
const CONNECT_TIMEOUT_MS = 60_000;

/**
 * Links one editor to the gateway. Requests fail with `GatewayFailure`, or with the gateway's own `ProtocolError`.
 *
 * A call is repeated when the gateway cannot have seen it, or when the tool declares that repeating does no harm.
 *
 * @param peer answers and hears the gateway when no request brings a peer of its own
 */
export function gatewayLink(caller: Caller, peer: Peer, world: LinkWorld): UpstreamLink {
  const { gateway, keeper, log, now } = world;
  const facts = { gateway: gateway.name };
  let startedAt = now();
  const words = new EndedTokenWords();
  const link: UpstreamLink = new UpstreamLink(peer, {
    hearsChanges: true,
    connectsToSubscribe: false,
    now,
    failureOf: (error, wasSent) => gatewayError(error, { ...gateway, wasSent }),
    isHarmless: (method, params) => isHarmless(method, params, (tool) => keeper.tool(tool)),
    mayRepeat: (failure, harmless) =>
      wasNeverSent(failure) || (harmless && isConnectionLoss(failure) && !wasTooSilent(failure)),
    async open(side, signal) {
      startedAt = now();
      return await openGateway({ caller, words }, side, signal, world);
    },
    onConnected(connection) {
      const { identity } = connection;
      // A gateway that was not asked which era it speaks did not say it.
      const isAsked = revisionOf(world) === "auto";
      keeper.learned(isAsked ? identity : { ...identity, era: keeper.current?.era ?? "modern" });
      const server = String(identity.serverInfo.name ?? "unnamed");
      log.info("relay: connected", { ...facts, era: identity.era, server, ms: now() - startedAt });
      world.onConnected(link);
    },
    onLost() {
      log.debug("relay: connection ended", facts);
      world.onLost(link);
    },
    onRepeat: (because) => log.info("relay: repeating a request", { ...facts, because }),
    onListed: (method, items) => keeper.listed(method, items),
    onListChanged: (methods) => world.onListChanged(link, methods),
  });
  return link;
}

async function openGateway(
  { caller, words }: { readonly caller: Caller; readonly words: EndedTokenWords },
  peer: Peer,
  signal: AbortSignal,
  { gateway, access, keeper, log, inSession = (fetch) => fetch, ...settings }: LinkWorld,
): Promise<UpstreamConnection> {
  const { name, url } = gateway;
  const { extensions, maxResultMiB } = settings;
  const revision = revisionOf(settings);
  const fetch: HttpFetch = (to, request) => access.fetch(to, request, words);
  const maxBytes = () => (maxResultMiB?.() ?? 0) * 1024 * 1024 || MAX_MESSAGE_BYTES;
  return await UpstreamConnection.open({
    server: new URL(url),
    caller: announcing(caller, extensions?.() ?? []),
    peer,
    transport: async (connecting) =>
      httpTransport({ url, fetch: failingWhenBusy(inSession(fetch)), maxBytes }, connecting),
    negotiation: revision === "2025-11-25" ? "legacy" : revision === "auto" ? "auto" : { pin: revision },
    era: revision === "auto" ? keeper.current?.era : undefined,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    signal,
    tool: (tool) => keeper.tool(tool),
    onRelisted: (tools) => keeper.listed("tools/list", tools),
    onCutShort: (method, reason) =>
      log.warn("relay: the gateway does not end a list", { gateway: name, method, reason }),
    onLeftOut: (method, item, reason) =>
      log.warn("relay: left out of a list", { gateway: name, method, item: foreignText(item), reason }),
    onError: sparingly((error, times) => log.debug("relay: transport", { gateway: name, error: error.name, times })),
  });
}

/** Tells of the first ten errors of a connection, and then of each that doubles their number: a gateway can cause any number. */
function sparingly(tell: (error: Error, times: number) => void): (error: Error) => void {
  let times = 0;
  return (error) => {
    times += 1;
    if (times <= 10 || Number.isInteger(Math.log2(times))) tell(error, times);
  };
}
