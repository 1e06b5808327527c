import { setTimeout as delay } from "node:timers/promises";
import { type Editor, startEditor } from "../test/support/relayEditor.ts";
import { asHosts } from "./asHosts.ts";
import type { Build } from "./builds.ts";
import { startChild } from "./childProcess.ts";
import type { MemoryInUse } from "./memoryInUse.ts";
import type { TokenSet } from "./relayHost.ts";
import type { ColdConnect, RelayPlace } from "./relayProcess.ts";

export interface RelayMemory {
  /** The bundle, the socket and the first connection: paid once a window. */
  readonly first: MemoryInUse;
  readonly eachFurther: MemoryInUse;
}

const FURTHER = 10;

/** What a process needs to be a window of the editor. */
export const relayPlace = (build: Build, gatewayUrl: string, tokens: TokenSet): RelayPlace => ({
  oursUrl: build.oursUrl,
  bundle: build.dist("relay.cjs"),
  gatewayUrl,
  tokens,
});

/**
 * The first connection of a window, in a process that never had one.
 *
 * @param preload whether the bundle was loaded while the editor was idle
 */
export async function coldConnect(place: RelayPlace, preload: boolean): Promise<ColdConnect> {
  const child = startChild("relayProcess.mjs");
  try {
    return await child.ask<ColdConnect>({ what: "coldConnect", preload, ...place });
  } finally {
    await child.stop();
  }
}

/** What relays add to the process they live in. The editors are in this one, so that they do not count. */
export async function relayMemory(place: RelayPlace): Promise<RelayMemory> {
  const child = startChild("relayProcess.mjs", ["--expose-gc"]);
  const editors: Editor[] = [];
  try {
    await child.ask({ what: "load", oursUrl: place.oursUrl });
    const empty = await child.ask<MemoryInUse>({ what: "memory" });
    const socket = await child.ask<Parameters<typeof startEditor>[0]>({ what: "start", ...place });
    const connectOne = async () => {
      const id = `memory-${editors.length}`;
      await child.ask({ what: "add", id });
      const editor = await startEditor(socket, id, asHosts);
      editors.push(editor);
      await editor.client.listTools();
      for (let call = 0; call < 20; call++) {
        await editor.client.callTool({ name: "sample___add", arguments: { a: 2, b: 3 } });
      }
      await delay(100);
    };
    await connectOne();
    const one = await child.ask<MemoryInUse>({ what: "memory" });
    for (let more = 0; more < FURTHER; more++) await connectOne();
    const all = await child.ask<MemoryInUse>({ what: "memory" });
    return { first: difference(empty, one, 1), eachFurther: difference(one, all, FURTHER) };
  } finally {
    for (const editor of editors) await editor.stop();
    await child.ask({ what: "stop" }).catch(() => {});
    await child.stop();
  }
}

function difference(before: MemoryInUse, after: MemoryInUse, by: number): MemoryInUse {
  return {
    rssBytes: (after.rssBytes - before.rssBytes) / by,
    heapBytes: (after.heapBytes - before.heapBytes) / by,
  };
}
