import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { catalogueStore } from "../../../src/node/catalogueFiles.ts";
import type { Catalogue } from "../../../src/relay/catalogue.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

const catalogue: Catalogue = {
  era: "legacy",
  serverInfo: {},
  capabilities: {},
  tools: [{ name: "echo" }],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  readAt: 1,
};

test("a catalogue of a newer version counts as none and stays byte for byte; a damaged one is replaced", async (t) => {
  const folder = temporaryFolder(t, "catalogues");
  const store = catalogueStore(folder, "abc");
  const path = join(folder, "abc.json");
  const newer = fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.oneof(fc.integer({ min: 2 }), fc.string()))
    .map(([members, version]) => JSON.stringify({ ...members, tools: [], version }));
  await fc.assert(
    fc.asyncProperty(newer, async (text) => {
      await writeFile(path, text);
      const before = store.read();
      await store.write(catalogue);
      assert.deepEqual([before, await readFile(path, "utf8")], [undefined, text]);
    }),
    { numRuns: 30 },
  );
  await writeFile(path, "{damaged");
  await store.write(catalogue);
  assert.deepEqual(store.read(), catalogue);
});
