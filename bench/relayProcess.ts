import type { TokenSet } from "../src/oauth/tokens/tokenSet.ts";
import type { Editor } from "../test/support/relayEditor.ts";
import { answerParent } from "./childProcess.ts";
import { type RelayHost, startRelayHost } from "./relayHost.ts";

export type RelayQuestion =
  /** Loads the bundle, opens the socket and connects an editor of this process, all of it for the first time. */
  | {
      readonly what: "coldConnect";
      readonly bundle: string;
      readonly gatewayUrl: string;
      readonly tokens: TokenSet;
    }
  | { readonly what: "start"; readonly bundle: string; readonly gatewayUrl: string; readonly tokens: TokenSet }
  | { readonly what: "add"; readonly id: string }
  | { readonly what: "memory" }
  /** Before the process is ended, so that no socket is left behind. */
  | { readonly what: "stop" };

export interface ColdConnect {
  /** Of it, loading the bundle. */
  readonly loadMs: number;
  readonly initializedMs: number;
  readonly listedMs: number;
}

export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

let host: RelayHost | undefined;

answerParent<RelayQuestion>(async (question) => {
  if (question.what === "coldConnect") return await coldConnect(question);
  if (question.what === "memory") return await memory();
  if (question.what === "start") {
    host = await startRelayHost(question.bundle, question.gatewayUrl, question.tokens);
    return { address: host.socket.address, headers: host.socket.headers };
  }
  if (question.what === "add") host?.add(question.id);
  else await host?.stop();
  return undefined;
});

async function coldConnect({ bundle, gatewayUrl, tokens }: Extract<RelayQuestion, { what: "coldConnect" }>) {
  // As on mcp-remote's side, the editor's own client has connected to something before.
  const { startEditor } = await import("../test/support/relayEditor.ts");
  const { directly } = await import("./contenders.ts");
  const before = await directly(gatewayUrl, tokens.accessToken).connect();
  await before.client.listTools();
  await before.stop();
  const start = performance.now();
  const cold = await startRelayHost(bundle, gatewayUrl, tokens);
  cold.add("cold");
  const editor: Editor = await startEditor(cold.socket, "cold");
  const initializedMs = performance.now() - start;
  await editor.client.listTools();
  const listedMs = performance.now() - start;
  await editor.stop();
  await cold.stop();
  return { loadMs: cold.loadMs, initializedMs, listedMs } satisfies ColdConnect;
}

/** What is in use once everything that can go is gone. */
async function memory(): Promise<Memory> {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (!collect) throw new Error("started without --expose-gc");
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}
