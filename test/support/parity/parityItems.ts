import type { Json } from "../../../src/mcp/passThrough.ts";

/** The extension by which tools bring pages of their own: MCP Apps (SEP-1865). */
export const APPS = "io.modelcontextprotocol/ui";

const icons = [
  { src: "https://example.com/icon.png", mimeType: "image/png", sizes: ["48x48"], theme: "dark" as const },
];
const own = (value: string) => ({ _meta: { "example.com/own": value } });

export const serverInfo = {
  name: "parity",
  title: "Something of everything",
  version: "9.9.9",
  description: "Has something of everything.",
  websiteUrl: "https://example.com/",
  icons,
};

export const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
  experimental: { "example.com/trial": { level: 2 } },
  extensions: { [APPS]: {}, "example.com/double": { version: "1" } },
};

/** A page of MCP Apps. */
export const APP = {
  uri: "ui://parity/clock",
  mimeType: "text/html;profile=mcp-app",
  _meta: { ui: { csp: { connectDomains: ["https://example.com"] }, prefersBorder: true } },
};

/** Longer than what every host with an mcp.json takes. */
export const LONG_NAME = "a-name-of-a-tool-that-is-longer-than-every-host-of-an-mcp-json-takes";

const plain = (name: string) => ({ name, inputSchema: { type: "object" as const } });

export const tools = [
  {
    name: "echo",
    title: "Echo",
    description: "Says what it was given, in „every“ form: 日本 🎉.",
    icons,
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object" as const,
      properties: { say: { type: "string", examples: ["hi"], "x-own": { kept: true } } },
      additionalProperties: true,
    },
    outputSchema: { type: "object" as const, properties: { echoed: {} } },
    annotations: { title: "Echo", readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    execution: { taskSupport: "forbidden" as const },
    ...own("tool"),
  },
  { ...plain("clock"), _meta: { ui: { resourceUri: APP.uri, visibility: ["model", "app"] } } },
  ...[
    "fail",
    "refuse",
    "needs-page",
    "ask-form",
    "ask-page",
    "sample",
    "ask-roots",
    "slow",
    "wait",
    "log",
    LONG_NAME,
  ].map(plain),
];

export const prompts = [
  {
    name: "greet",
    title: "Greet somebody",
    description: "Kindly.",
    icons,
    arguments: [{ name: "who", title: "Whom", description: "A name.", required: true }],
    ...own("prompt"),
  },
  ...["second", "third", "fourth"].map((name) => ({ name })),
];

export const resources = [
  {
    uri: "test://one",
    name: "one",
    title: "One",
    description: "The first.",
    mimeType: "text/plain",
    size: 13,
    icons,
    annotations: { audience: ["user" as const], priority: 0.8, lastModified: "2026-01-01T00:00:00Z" },
    ...own("resource"),
  },
  { uri: "test://bytes", name: "bytes", mimeType: "image/png" },
  { uri: APP.uri, name: "clock", mimeType: APP.mimeType },
  { uri: "test://fourth", name: "fourth" },
];

export const templates = [
  {
    uriTemplate: "test://{city}/weather",
    name: "weather",
    title: "Weather",
    mimeType: "text/plain",
    icons,
    annotations: { priority: 0.1 },
    ...own("template"),
  },
];

export function completion({
  ref,
  argument,
  context,
}: {
  ref: object;
  argument: object;
  context?: object | undefined;
}) {
  return { completion: { values: [JSON.stringify({ ref, argument, context })], total: 7, hasMore: true } };
}

/** The page of a list that begins at a cursor. */
export function pages(items: readonly object[], size: number, cursor: unknown) {
  const from = Number(cursor ?? 0);
  const more = from + size < items.length;
  return {
    as: (field: string): Json => ({
      [field]: items.slice(from, from + size),
      ...(more && { nextCursor: String(from + size) }),
    }),
  };
}
