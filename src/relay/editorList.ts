import { ProtocolError } from "@modelcontextprotocol/client";
import { asFailure, isFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import { pause } from "../lib/waiting.ts";
import { type ListMethod, lists } from "../mcp/lists.ts";
import type { CallOptions } from "../mcp/peer.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import type { Listed } from "./catalogue.ts";
import type { CatalogueKeeper } from "./catalogueKeeper.ts";
import type { GatewayAccess, GatewayAddress } from "./gatewayAccess.ts";

export interface ListWorld {
  readonly gateway: GatewayAddress;
  readonly access: Pick<GatewayAccess, "ready">;
  readonly keeper: CatalogueKeeper;
  readonly log: Log;
}

/** How long a list that nobody has is waited for when the gateway is away for a moment, in milliseconds each time. */
const WAITS_MS = [1000, 2000, 4000];

/**
 * A list for an editor: as the gateway has it, or as it had it last. It is empty where the gateway has none, or where
 * somebody has to sign in first, which an editor hears of when that was done.
 *
 * @throws ProtocolError as the gateway gave it, or GatewayFailure where the list cannot be had and none is kept: an empty
 *   one would say that there is nothing
 */
export async function editorList(
  link: UpstreamLink,
  method: ListMethod,
  { signal }: CallOptions,
  { access, keeper, log, gateway }: ListWorld,
): Promise<readonly Listed[]> {
  const kept = () => keeper.items(method);
  if (!(await access.ready())) return kept();
  try {
    return await waitedFor(link, method, kept().length === 0, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    if (ProtocolError.isInstance(error)) throw error;
    const isNeedless = isFailure(error, "sign_in_needed") || !mayHave(keeper, method);
    if (kept().length === 0 && !isNeedless) throw error;
    log.info("relay: list answered from the catalogue", { gateway: gateway.name, method, code: asFailure(error).code });
    return kept();
  }
}

/** Whether the gateway has such a list, as far as anybody knows. */
const mayHave = ({ current }: CatalogueKeeper, method: ListMethod): boolean =>
  current === undefined || current.capabilities[lists[method].capability] !== undefined;

async function waitedFor(
  link: UpstreamLink,
  method: ListMethod,
  isPatient: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly Listed[]> {
  for (const waitMs of isPatient ? WAITS_MS : []) {
    try {
      return await link.list(method, signal);
    } catch (error) {
      if (signal?.aborted || !isPassing(error)) throw error;
      await pause(waitMs, signal ?? new AbortController().signal);
    }
  }
  return await link.list(method, signal);
}

/** Whether what kept the gateway from answering may be over in a moment. */
const isPassing = (error: unknown): boolean =>
  isFailure(error, "gateway_unreachable") ||
  isFailure(error, "gateway_connection_lost") ||
  isFailure(error, "rate_limited") ||
  (isFailure(error, "gateway_error") && error.facts.status >= 500);
