import { setTimeout as delay } from "node:timers/promises";
import type { RelaySocket } from "../src/node/bridge/relaySocket.ts";
import type { TokenSet } from "../src/oauth/tokens/tokenSet.ts";
import { type Editor, startEditor } from "../test/support/relayEditor.ts";
import { startChild } from "./childProcess.ts";
import type { ColdConnect, Memory } from "./relayProcess.ts";

export interface RelayMemory {
  /** The bundle, the socket and the first connection: paid once a window. */
  readonly first: Memory;
  readonly eachFurther: Memory;
}

const FURTHER = 10;

interface Place {
  readonly bundle: string;
  readonly gatewayUrl: string;
  readonly tokens: TokenSet;
}

/** The first connection of a window, in a process that never had one. */
export async function coldConnect(place: Place): Promise<ColdConnect> {
  const child = startChild("relayProcess.mjs");
  try {
    return await child.ask<ColdConnect>({ what: "coldConnect", ...place });
  } finally {
    await child.stop();
  }
}

/** What relays add to the process they live in. The editors are in this one, so that they do not count. */
export async function relayMemory(place: Place): Promise<RelayMemory> {
  const child = startChild("relayProcess.mjs", ["--expose-gc"]);
  const editors: Editor[] = [];
  try {
    const empty = await child.ask<Memory>({ what: "memory" });
    const started = await child.ask<Pick<RelaySocket, "address" | "headers">>({ what: "start", ...place });
    const socket: RelaySocket = { ...started, bridgeKey: "", uri: () => "", stop: async () => {} };
    const connectOne = async () => {
      const id = `memory-${editors.length}`;
      await child.ask({ what: "add", id });
      const editor = await startEditor(socket, id);
      editors.push(editor);
      await editor.client.listTools();
      for (let call = 0; call < 20; call++) {
        await editor.client.callTool({ name: "sample___add", arguments: { a: 2, b: 3 } });
      }
      await delay(100);
    };
    await connectOne();
    const one = await child.ask<Memory>({ what: "memory" });
    for (let more = 0; more < FURTHER; more++) await connectOne();
    const all = await child.ask<Memory>({ what: "memory" });
    return { first: difference(empty, one, 1), eachFurther: difference(one, all, FURTHER) };
  } finally {
    for (const editor of editors) await editor.stop();
    await child.ask({ what: "stop" }).catch(() => {});
    await child.stop();
  }
}

function difference(before: Memory, after: Memory, by: number): Memory {
  return {
    rssBytes: (after.rssBytes - before.rssBytes) / by,
    heapBytes: (after.heapBytes - before.heapBytes) / by,
  };
}
