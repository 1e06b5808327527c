import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { describe, test } from "node:test";
import { build, type Plugin } from "esbuild";

/** A schema, as the SDK and these tests use it. */
interface Schema {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown; readonly error?: unknown };
}

type Schemas = Readonly<Record<string, Schema>>;

interface Sdk {
  readonly internal: Schemas;
  readonly eras: { readonly of2025: () => Schemas; readonly of2026: () => Schemas };
}

/** What the SDK has of each revision is exported here, so that it can be compared. */
const erasExported: Plugin = {
  name: "eras exported",
  setup({ onLoad }) {
    onLoad({ filter: /modelcontextprotocol\/client\/dist\/src-[^/]+\.mjs$/ }, async ({ path }) => ({
      contents: `${await readFile(path, "utf8")}\nexport { buildSchemas2025, buildSchemas2026 };`,
      loader: "js",
    }));
  },
};

/** The SDK in a bundle, with its schemas as zod makes them or as `lazyZod.ts` does. */
async function sdk(alias: Record<string, string>): Promise<Sdk> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as internal from "@modelcontextprotocol/core/internal";
        import { buildSchemas2025 as of2025, buildSchemas2026 as of2026 } from "./node_modules/@modelcontextprotocol/client/dist/${await sourceOfClient()}";
        export { internal };
        export const eras = { of2025, of2026 };`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    write: false,
    alias: { ...alias, "@modelcontextprotocol/client/_shims": resolve("src/mcp/sdkShims.ts") },
    plugins: [erasExported],
    logOverride: { "import-is-undefined": "error" },
  });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports as Sdk;
}

async function sourceOfClient(): Promise<string> {
  const index = await readFile("node_modules/@modelcontextprotocol/client/dist/index.mjs", "utf8");
  const [, name] = /from "\.\/(src-[^"]+)"/.exec(index) ?? [];
  assert.ok(name);
  return name;
}

const isSchema = (value: unknown): value is Schema => typeof (value as Schema | undefined)?.safeParse === "function";

const implementation = {
  name: "a",
  version: "1",
  title: "A",
  icons: [{ src: "https://a.example/i.png", sizes: ["any"] }],
};
const meta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": implementation,
  "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
  progressToken: 3,
};
const tool = { name: "t", inputSchema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } };
const text = { type: "text", text: "hello", annotations: { audience: ["user"], priority: 0.5 } };
const results = [
  ...[{}, { tools: [tool], nextCursor: "n" }, { content: [text], isError: false, structuredContent: { a: 1 } }],
  ...[{ content: [{ type: "image", data: "no base64!", mimeType: "image/png" }] }, { content: "none" }],
  { resultType: "complete", ttlMs: 1, cacheScope: "private", tools: [tool] },
  { resultType: "input_required", inputRequests: { a: { method: "roots/list", params: {} } }, requestState: "s" },
  { supportedVersions: ["2026-07-28"], capabilities: { tools: { listChanged: true } }, serverInfo: implementation },
  { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: implementation, instructions: "i" },
  { messages: [{ role: "user", content: text }], description: "d" },
  { action: "accept", content: { name: "a", count: 2, flag: true, list: ["a"] } },
  { role: "assistant", content: [text], model: "m", stopReason: "endTurn" },
  {
    contents: [
      { uri: "https://a.example/x", text: "t" },
      { uri: "file:///x", blob: "AAAA" },
    ],
  },
  { task: { taskId: "1", status: "working", ttl: null, createdAt: "now", lastUpdatedAt: "now" } },
  { roots: [{ uri: "file:///a" }] },
  { completion: { values: ["a"], total: 1, hasMore: false } },
];
const requests = [
  { method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: implementation } },
  { method: "initialize", params: { protocolVersion: 1, capabilities: [], clientInfo: {} } },
  { method: "tools/call", params: { name: "t", arguments: { a: 1 }, _meta: meta } },
  { method: "tools/list", params: { cursor: "c", _meta: meta } },
  { method: "subscriptions/listen", params: { notifications: { toolsListChanged: true }, _meta: meta } },
  { method: "notifications/progress", params: { progressToken: 1, progress: 1, total: 2 } },
  { method: "notifications/cancelled", params: { requestId: 1, reason: "r" } },
  { method: "notifications/message", params: { level: "info", data: { a: 1 } } },
  { method: "logging/setLevel", params: { level: "shout" } },
  {
    method: "completion/complete",
    params: { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } },
  },
  {
    method: "elicitation/create",
    params: {
      message: "m",
      requestedSchema: {
        type: "object",
        properties: { e: { type: "string", format: "email" }, n: { type: "integer" } },
      },
    },
  },
  { method: "elicitation/create", params: { mode: "url", message: "m", url: "https://a.example", elicitationId: "1" } },
  { method: "sampling/createMessage", params: { messages: [{ role: "user", content: text }], maxTokens: 10 } },
  { method: "ping" },
];
const values: readonly unknown[] = [
  ...[undefined, null, true, "", "info", "https://a.example/", "javascript:alert(1)", 0, 1.5, -1, [], ["a"], meta],
  ...[implementation, tool, text, { ...tool, inputSchema: { type: "string" } }, { ...tool, name: 1 }],
  ...results,
  ...requests,
  ...results.map((result) => ({ jsonrpc: "2.0", id: 1, result })),
  ...requests.map((request, index) => ({ jsonrpc: "2.0", ...(index % 2 === 0 && { id: `${index}` }), ...request })),
  { jsonrpc: "2.0", id: 1.5, method: "ping" },
  { jsonrpc: "2.0", id: 1, error: { code: -32601, message: "no", data: {} } },
  {
    issuer: "https://as.example",
    authorization_endpoint: "https://as.example/a",
    token_endpoint: "https://as.example/t",
    jwks_uri: "https://as.example/k",
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: "yes",
  },
  { access_token: "t", token_type: "Bearer", expires_in: "3600" },
  { redirect_uris: ["http://127.0.0.1/"], client_id: "c", client_id_issued_at: 1 },
  { resource: "https://a.example", authorization_servers: ["data:x"] },
];

describe("the SDK's schemas in the bundles, made when they are used", async () => {
  const [plain, lazy] = await Promise.all([sdk({}), sdk({ "zod/v4": resolve("src/mcp/lazyZod.ts") })]);
  const kinds: Readonly<Record<string, (one: Sdk) => Schemas>> = {
    "that all revisions share": ({ internal }) => internal,
    "of 2025-11-25": ({ eras }) => eras.of2025(),
    "of 2026-07-28": ({ eras }) => eras.of2026(),
  };
  for (const [kind, of] of Object.entries(kinds)) {
    test(`those ${kind} say the same as zod's own of every message`, () => {
      const theirs = of(plain);
      const ours = of(lazy);
      const names = Object.keys(theirs).filter((name) => isSchema(theirs[name]));
      assert.ok(names.length > 50, `${names.length} schemas`);
      for (const name of names) {
        for (const value of values) {
          const [expected, found] = [theirs[name]?.safeParse(value), ours[name]?.safeParse(value)];
          assert.deepEqual(
            { success: found?.success, data: found?.data, error: String(found?.error) },
            { success: expected?.success, data: expected?.data, error: String(expected?.error) },
            `${name} of ${JSON.stringify(value)}`,
          );
        }
      }
    });
  }

  test("the relay and the program without an editor have them", async () => {
    for (const bundle of ["relay.cjs", "standalone.mjs"]) {
      const { inputs } = JSON.parse(await readFile(`dist/${bundle}.meta.json`, "utf8")) as { inputs: object };
      assert.ok("src/mcp/lazyZod.ts" in inputs, bundle);
    }
  });
});
