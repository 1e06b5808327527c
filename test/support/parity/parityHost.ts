import {
  type ClientOptions,
  type ClientCapabilities as ModernCapabilities,
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
  type Transport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as LegacyHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { anyJson, type Json } from "../../../src/mcp/passThrough.ts";
import type { Era } from "../../../src/mcp/upstreamClient.ts";
import { APPS } from "./parityItems.ts";

/** Where a host connects to. */
export type Door =
  | { readonly kind: "http"; readonly url: string; readonly fetch?: typeof fetch }
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    };

export interface Said {
  readonly method: string;
  readonly params: Json;
}

/** A host with the SDK of its era, and what it sees on the wire. */
export interface Host {
  readonly era: Era;
  /** What it was told when it connected. */
  readonly learned: Json;
  /** What it was asked. */
  readonly asked: readonly Said[];
  /** What it was told unasked. */
  readonly told: readonly Said[];
  /** @returns the result as it came, or `{ error }` */
  request(method: string, params?: Json, options?: { signal?: AbortSignal; progress?: boolean }): Promise<Json>;
  notify(method: string, params?: Json): Promise<void>;
  /** Hears of changed lists, and of one resource, in the way of its era. What comes back ends the latter. */
  listen(uri: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const hostInfo = {
  name: "some-host",
  title: "Some Host",
  version: "1.2.3",
  websiteUrl: "https://host.example/",
  icons: [{ src: "https://host.example/icon.png" }],
};

const capabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: { listChanged: true },
  experimental: { "example.com/host-trial": { level: 1 } },
  extensions: { [APPS]: { mimeTypes: ["text/html;profile=mcp-app"] } },
};

const answers: Readonly<Record<string, Json>> = {
  "elicitation/create": { action: "accept", content: { name: "Grace" }, _meta: { "example.com/own": "answer" } },
  "sampling/createMessage": {
    model: "small-1",
    role: "assistant",
    stopReason: "endTurn",
    content: { type: "text", text: "Hi", _meta: { "example.com/own": "said" } },
  },
  "roots/list": { roots: [{ uri: "file:///work", name: "work", _meta: { "example.com/own": "root" } }] },
};

/** What the clients of both SDKs have in common. */
interface AnyClient {
  request(request: { method: string; params?: Json }, schema: unknown, options: object): Promise<unknown>;
  notification(notification: { method: string; params?: Json }): Promise<void>;
  setRequestHandler(what: unknown, handler: (request: { params?: Json }) => Promise<Json>): void;
  connect(transport: Transport): Promise<void>;
  getServerVersion(): unknown;
  getServerCapabilities(): unknown;
  getInstructions(): unknown;
  close(): Promise<void>;
  fallbackRequestHandler?: ((request: { method: string }) => Promise<Json>) | undefined;
  readonly listen?: (filter: object) => Promise<{ close(): Promise<void> }>;
}

export async function connectHost(era: Era, door: Door): Promise<Host> {
  const asked: Said[] = [];
  const told: Said[] = [];
  let last: Json | undefined;
  const client = clientOf(era);
  const transport = transportOf(era, door);
  watch(transport, (message) => {
    const { method, id, params = {}, result, error } = message as Record<string, Json> & { method?: string };
    if (method !== undefined) (id === undefined ? told : asked).push({ method, params });
    else if (result?.inputRequests !== undefined)
      asked.push(...(Object.values(result.inputRequests as Json) as Said[]));
    else last = result ?? { error };
  });
  await client.connect(transport);
  const request: Host["request"] = async (method, params, { signal, progress = false } = {}) => {
    last = undefined;
    const options = { timeout: 60_000, ...(signal && { signal }), ...(progress && { onprogress: () => {} }) };
    const schema = era === "legacy" ? ResultSchema : anyJson;
    try {
      const result = await client.request({ method, ...(params && { params }) }, schema, options);
      return last ?? (result as Json);
    } catch (error) {
      return last ?? { error: refusal((error as Error).message) };
    }
  };
  return {
    era,
    learned: {
      serverInfo: client.getServerVersion(),
      capabilities: client.getServerCapabilities(),
      instructions: client.getInstructions(),
    },
    asked,
    told,
    request,
    notify: (method, params) => client.notification({ method, ...(params && { params }) }),
    async listen(uri) {
      if (client.listen === undefined || era === "legacy") {
        await request("resources/subscribe", { uri });
        return async () => void (await request("resources/unsubscribe", { uri }));
      }
      const lists = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
      const subscription = await client.listen({ ...lists, resourceSubscriptions: [uri] });
      return () => subscription.close();
    },
    async close() {
      if (era === "legacy" && door.kind === "http") await (transport as unknown as LegacyHttp).terminateSession();
      await client.close();
    },
  };
}

function clientOf(era: Era): AnyClient {
  if (era === "legacy") {
    const client = new LegacyClient(hostInfo, { capabilities }) as unknown as AnyClient;
    client.fallbackRequestHandler = async ({ method }) => answers[method] ?? {};
    return client;
  }
  const options: ClientOptions = {
    capabilities: capabilities as ModernCapabilities,
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  };
  const client = new ModernClient(hostInfo, options) as unknown as AnyClient;
  for (const [method, answer] of Object.entries(answers)) client.setRequestHandler(method, async () => answer);
  return client;
}

function transportOf(era: Era, door: Door): Transport {
  if (door.kind === "http") {
    const options = { ...(door.fetch && { fetch: door.fetch }) };
    const Http = era === "legacy" ? LegacyHttp : ModernHttp;
    return new Http(new URL(door.url), options) as unknown as Transport;
  }
  const Stdio = era === "legacy" ? LegacyStdio : ModernStdio;
  const { command, args, env } = door;
  return new Stdio({ command, args: [...args], env: { ...env }, stderr: "ignore" }) as unknown as Transport;
}

/** What an answer says that HTTP refuses with, as far as the SDK tells. */
function refusal(message: string): Json {
  const body = /\{.*\}/.exec(message)?.[0];
  return body === undefined ? { thrown: message } : (JSON.parse(body) as { error: Json }).error;
}

/** Looks at each message before the SDK does, once. */
function watch(transport: Transport, look: (message: object) => void): void {
  const seen = new WeakSet<object>();
  let deliver: Transport["onmessage"];
  const looked: NonNullable<Transport["onmessage"]> = (message, ...rest) => {
    if (!seen.has(message)) look(structuredClone(message));
    seen.add(message);
    deliver?.(message, ...rest);
  };
  Object.defineProperty(transport, "onmessage", {
    get: () => (deliver === undefined ? undefined : looked),
    set(handler) {
      deliver = handler;
    },
  });
}
