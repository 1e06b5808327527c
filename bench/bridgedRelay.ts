import { startChild } from "./childProcess.ts";
import type { Catalogue, RelayHost } from "./relayHost.ts";
import type { RelayPlace } from "./relayProcess.ts";

/** Where bridges find a relay: the process of an editor. */
export interface BridgedRelay {
  readonly pid: number;
  readonly socketPath: string;
  readonly bridgeKey: string;
  add(id: string, known: Catalogue | undefined): unknown;
  remove(id: string): Promise<unknown>;
}

/** The relay of this process. */
export const relayHere = (host: RelayHost): BridgedRelay => ({
  pid: process.pid,
  socketPath: host.socket.address.path,
  bridgeKey: host.socket.bridgeKey,
  add: (id, known) => host.add(id, known),
  remove: (id) => host.remove(id),
});

/** A relay in a process of its own: hosts with an mcp.json are other programs than the editor. */
export async function relayElsewhere(place: RelayPlace): Promise<BridgedRelay & { stop(): Promise<void> }> {
  const child = startChild("relayProcess.mjs");
  const started = await child.ask<{ readonly address: { readonly path: string }; readonly bridgeKey: string }>({
    what: "start",
    ...place,
  });
  return {
    pid: child.pid,
    socketPath: started.address.path,
    bridgeKey: started.bridgeKey,
    add: (id, known) => child.ask({ what: "add", id, known }),
    remove: (id) => child.ask({ what: "remove", id }),
    async stop() {
      await child.ask({ what: "stop" }).catch(() => {});
      await child.stop();
    },
  };
}
