import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, test } from "node:test";
import { build } from "esbuild";
import fc from "fast-check";
import {
  isPlainImplementation,
  type Judged,
  plainNotification,
  plainResult,
} from "../../../src/mcp/plainIntroduction.ts";
import { runs } from "../../support/bulk.ts";

/** What the SDK asks, as it is published. */
interface Codec {
  validateResult(method: string, raw: unknown): Judged | { readonly ok: false; readonly reason: string };
  validateNotification(method: string, raw: unknown): Judged | { readonly ok: false; readonly reason: string };
}
interface Sdk {
  readonly codecForVersion: (version: string) => Codec;
  readonly isSpecType: { readonly Implementation: (value: unknown) => boolean };
}
let sdk: Sdk;

before(async () => {
  const dist = "./node_modules/@modelcontextprotocol/client/dist";
  const index = await readFile(`${dist}/index.mjs`, "utf8");
  const [, source] = /from "\.\/(src-[^"]+)"/.exec(index) ?? [];
  const text = await readFile(`${dist}/${source}`, "utf8");
  const alias = (name: string) => new RegExp(`\\b${name} as (\\w+|\\$)[,} ]`).exec(text)?.[1];
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${alias("codecForVersion")} as codecForVersion, ${alias("isSpecType")} as isSpecType } from "${dist}/${source}";`,
      resolveDir: process.cwd(),
    },
    ...{ bundle: true, format: "cjs", platform: "node", target: "node20", write: false },
    logLevel: "silent",
  });
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(module, module.exports, require);
  sdk = module.exports as Sdk;
});

const text = fc.constantFrom("a", "", "1.0");
/** What stands where something else should, and what a schema would leave out or refuse. */
const odd = fc.constantFrom<unknown>(null, 1, 1.5, true, [], {}, "x", [1], { a: 1 }, Number.POSITIVE_INFINITY, -1);
const orOdd = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: usual as fc.Arbitrary<unknown>, weight: 12 }, { arbitrary: odd, weight: 1 });
const some = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>, requiredKeys: string[] = []) =>
  fc.record(members, { requiredKeys }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const hostileKey = fc.constant(JSON.parse('{"__proto__": {"a": true}}'));

const implementation = fc.oneof(
  some({ name: orOdd(text), version: orOdd(text), title: text, websiteUrl: text, description: text }, [
    "name",
    "version",
  ]),
  some({ name: text, version: text, icons: fc.constantFrom([], [{ src: "https://a.example/i.png" }]), other: text }),
  hostileKey,
);
const flags = some({ listChanged: orOdd(fc.boolean()), subscribe: fc.boolean() });
const extensions = fc.oneof(
  fc.dictionary(fc.constantFrom("a/b", "c"), fc.oneof(some({ a: orOdd(text) }), odd), { maxKeys: 2 }),
  hostileKey,
);
const capabilities = some({
  ...{
    tools: flags,
    prompts: flags,
    resources: flags,
    logging: orOdd(fc.constant({})),
    completions: orOdd(extensions),
  },
  ...{ extensions, experimental: extensions },
  ...{ tasks: orOdd(fc.constant({ list: {} })), other: odd },
});
const sparse = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>, rarely: string[]) =>
  fc.tuple(some(members, Object.keys(members)), fc.subarray(rarely)).map(([value, left]) => {
    const rest = { ...(value as Record<string, unknown>) };
    for (const name of left) delete rest[name];
    return rest;
  });
const discovered = sparse(
  {
    resultType: orOdd(fc.constantFrom("complete", "other")),
    ttlMs: orOdd(fc.constantFrom(0, 1000)),
    cacheScope: orOdd(fc.constantFrom("public", "private")),
    supportedVersions: orOdd(fc.constant(["2026-07-28"])),
    capabilities: fc.oneof(capabilities, fc.constant({ tools: { listChanged: true } })),
    instructions: orOdd(text),
    _meta: orOdd(some({ "io.modelcontextprotocol/serverInfo": implementation, progressToken: odd, more: odd })),
    more: odd,
  },
  ["resultType", "ttlMs", "cacheScope", "instructions", "_meta", "more"],
);
const initialized = sparse(
  {
    protocolVersion: orOdd(fc.constantFrom("2025-11-25", "1")),
    capabilities: fc.oneof(capabilities, fc.constant({ tools: { listChanged: true } })),
    serverInfo: implementation,
    instructions: orOdd(text),
    _meta: orOdd(some({ progressToken: odd, "io.modelcontextprotocol/related-task": odd, more: odd })),
    more: odd,
  },
  ["instructions", "_meta", "more"],
);
const acknowledged = some(
  {
    jsonrpc: fc.constant("2.0"),
    method: orOdd(fc.constant("notifications/subscriptions/acknowledged")),
    params: orOdd(
      sparse(
        {
          _meta: orOdd(sparse({ "io.modelcontextprotocol/subscriptionId": orOdd(text), more: odd }, ["more"])),
          notifications: orOdd(
            sparse({ toolsListChanged: orOdd(fc.boolean()), resourceSubscriptions: odd, more: odd }, [
              "resourceSubscriptions",
              "more",
            ]),
          ),
          more: odd,
        },
        ["_meta", "more"],
      ),
    ),
  },
  ["jsonrpc", "method", "params"],
);

/** Compares all that is plain of what is generated with what the SDK says, members it would leave out or add included. */
function agree(
  given: fc.Arbitrary<unknown>,
  plain: (raw: unknown) => Judged | undefined,
  asked: (raw: unknown) => unknown,
) {
  let found = 0;
  const check = (raw: unknown) => {
    const judged = plain(raw);
    if (judged === undefined) return;
    found++;
    assert.deepEqual(judged, asked(raw));
  };
  const how = runs(10_000);
  fc.assert(fc.property(given, check), how);
  assert.ok(found > how.numRuns / 50, `${found} were plain`);
}

test("a plain answer to `server/discover` is what the SDK takes it for", () => {
  agree(
    discovered,
    (raw) => plainResult("2026-07-28", "server/discover", raw),
    (raw) => sdk.codecForVersion("2026-07-28").validateResult("server/discover", raw),
  );
});

test("a plain answer to `initialize` is what the SDK takes it for", () => {
  agree(
    initialized,
    (raw) => plainResult("2025-11-25", "initialize", raw),
    (raw) => sdk.codecForVersion("2025-11-25").validateResult("initialize", raw),
  );
});

test("a plain acknowledgement of a subscription is what the SDK takes it for", () => {
  const method = "notifications/subscriptions/acknowledged";
  agree(
    acknowledged,
    (raw) => plainNotification(method, raw),
    (raw) => sdk.codecForVersion("2026-07-28").validateNotification(method, raw),
  );
});

test("what a program plainly says of itself the SDK takes as it is", () => {
  const asked = (value: unknown) => ({ ok: sdk.isSpecType.Implementation(value), value });
  agree(
    implementation,
    (value) => (isPlainImplementation(value) ? { ok: true, value: value as never } : undefined),
    asked,
  );
});

test("each revision is asked about its own introduction alone", () => {
  const result = { resultType: "complete", ttlMs: 0, cacheScope: "private", supportedVersions: [], capabilities: {} };
  assert.ok(plainResult("2026-07-28", "server/discover", result)?.ok);
  assert.equal(plainResult("2026-07-28", "initialize", result), undefined);
  assert.equal(plainResult("2025-11-25", "server/discover", result), undefined);
  assert.equal(plainResult("2026-07-28", "tools/list", { tools: [] }), undefined);
  for (const era of ["2025-11-25", "2026-07-28"] as const) {
    const method = era === "2025-11-25" ? "initialize" : "server/discover";
    const { message: _, ...asked } = sdk.codecForVersion(era).validateResult(method, undefined) as { message: string };
    const { message: __, ...judged } = plainResult(era, method, undefined) as { message: string };
    assert.deepEqual(judged, asked);
  }
});
