import { createRequire } from "node:module";
import { type Editor, startEditor } from "../test/support/relayEditor.ts";
import { asHosts } from "./asHosts.ts";
import type { Ours } from "./builds.ts";
import { answerParent } from "./childProcess.ts";
import { directly } from "./contenders.ts";
import { memoryInUse } from "./memoryInUse.ts";
import type { Catalogue, RelayHost, TokenSet } from "./relayHost.ts";

export interface RelayPlace {
  readonly oursUrl: string;
  readonly bundle: string;
  readonly gatewayUrl: string;
  readonly tokens: TokenSet;
}

export type RelayQuestion =
  /** Opens the socket and connects an editor of this process, all of it for the first time. */
  | ({ readonly what: "coldConnect"; readonly preload: boolean } & RelayPlace)
  /** Loads what the extension has loaded before its first connection, so that it does not count. */
  | { readonly what: "load"; readonly oursUrl: string }
  | ({ readonly what: "start" } & RelayPlace)
  | { readonly what: "add"; readonly id: string; readonly known?: Catalogue }
  | { readonly what: "remove"; readonly id: string }
  | { readonly what: "memory" }
  /** Before the process is ended, so that no socket is left behind. */
  | { readonly what: "stop" };

export interface ColdConnect {
  /** Of it, loading the bundle; nothing when that was done before. */
  readonly loadMs: number;
  readonly initializedMs: number;
  readonly listedMs: number;
}

let host: RelayHost | undefined;

answerParent<RelayQuestion>(async (question) => {
  if (question.what === "coldConnect") return await coldConnect(question, question.preload);
  if (question.what === "memory") return await memoryInUse();
  if (question.what === "load") return void (await import(question.oursUrl));
  if (question.what === "start") {
    const { startRelayHost } = (await import(question.oursUrl)) as Ours;
    host = await startRelayHost(question.bundle, question.gatewayUrl, question.tokens);
    const { address, headers, bridgeKey } = host.socket;
    return { address, headers, bridgeKey };
  }
  if (question.what === "add") host?.add(question.id, question.known);
  else if (question.what === "remove") await host?.remove(question.id);
  else await host?.stop();
  return undefined;
});

async function coldConnect({ oursUrl, bundle, gatewayUrl, tokens }: RelayPlace, preload: boolean) {
  const { startRelayHost } = (await import(oursUrl)) as Ours;
  // As on mcp-remote's side, the editor's own client has connected to something before.
  const before = await directly(gatewayUrl, tokens.accessToken).connect();
  await before.client.listTools();
  await before.stop();
  if (preload) createRequire(bundle)(bundle);
  const start = performance.now();
  const cold = await startRelayHost(bundle, gatewayUrl, tokens);
  cold.add("cold");
  const editor: Editor = await startEditor(cold.socket, "cold", asHosts);
  const initializedMs = performance.now() - start;
  await editor.client.listTools();
  const listedMs = performance.now() - start;
  await editor.stop();
  await cold.stop();
  return { loadMs: cold.loadMs, initializedMs, listedMs } satisfies ColdConnect;
}
