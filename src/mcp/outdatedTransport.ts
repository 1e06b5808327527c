import { SdkHttpError } from "@modelcontextprotocol/client";
import { causesOf } from "../lib/causes.ts";
import { isOutdatedTransport } from "../lib/isOutdatedTransport.ts";
import type { ConnectionWorld } from "./connectionWorld.ts";
import { WatchedTransport } from "./watchedTransport.ts";

/** The server speaks HTTP+SSE (2024-11-05) and not Streamable HTTP. */
export class OutdatedTransport extends Error {
  constructor(options: ErrorOptions) {
    super("it speaks HTTP+SSE, the transport of 2024-11-05, in place of Streamable HTTP", options);
  }
}

/** What kept a server from being connected to: `OutdatedTransport` where it shows that it is that, else the error as it is. */
export async function asOutdatedTransport(error: unknown, { transport, signal }: ConnectionWorld): Promise<unknown> {
  const refusal = [...causesOf(error)].find((cause) => SdkHttpError.isInstance(cause)) as SdkHttpError | undefined;
  if (refusal?.status === undefined || signal.aborted) return error;
  const asked = await transport(() => signal);
  if (!(asked instanceof WatchedTransport)) return error;
  const { url, fetch, commonHeaders: headers } = asked;
  const isOutdated = await isOutdatedTransport(refusal.status, { url, headers }, { fetch, signal });
  return isOutdated ? new OutdatedTransport({ cause: error }) : error;
}
