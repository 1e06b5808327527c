import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Era } from "../../../src/mcp/upstreamClient.ts";
import { connectHost, type Door } from "./parityHost.ts";
import { startParityServer } from "./parityServer.ts";
import type { Opened } from "./parityWays.ts";
import { namesOf, probes } from "./probes.ts";

/** What each probe saw, by its name. */
export type Observed = Readonly<Record<string, Json>>;

/** No way at all: a host that speaks to the server itself. */
export const directly = async (url: string): Promise<Opened> => ({
  door: { kind: "http", url } satisfies Door,
  async stop() {},
});

export const FIRST = "what the first host learns of the server";

/** Runs every probe with a host and a server that nobody used before. */
export async function runProbes(
  open: (url: string) => Promise<Opened>,
  eras: { readonly host: Era; readonly server: Era },
): Promise<Observed> {
  const server = await startParityServer(eras.server);
  const opened = await open(server.url);
  // What is learned of a server by the first host that needs it, the next one is told.
  const first = await connectHost(eras.host, opened.door);
  const named = await namesOf(first);
  await first.close();
  const host = await connectHost(eras.host, opened.door);
  try {
    const observed: Record<string, Json> = { [FIRST]: first.learned };
    for (const { name, only, run } of probes) {
      if (only && (only.host !== eras.host || (only.server ?? eras.server) !== eras.server)) continue;
      // As JSON, so that what is not there is absent.
      observed[name] = JSON.parse(JSON.stringify(await run({ host, server, named })));
    }
    return observed;
  } finally {
    await host.close().catch(() => {});
    await opened.stop();
    await server.stop();
  }
}
