import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../../src/lib/log.ts";
import { listMethods } from "../../../src/mcp/lists.ts";
import type { Catalogue, CatalogueStore } from "../../../src/relay/catalogue.ts";
import { CatalogueKeeper } from "../../../src/relay/catalogueKeeper.ts";

function start(store: Partial<CatalogueStore> = {}) {
  const written: Catalogue[] = [];
  const told: number[] = [];
  const keeper = new CatalogueKeeper(
    {
      read: () => undefined,
      write: async (next) => {
        written.push(next);
      },
      ...store,
    },
    { now: () => 1000, log: silentLog, onToolsChanged: (tools) => told.push(tools.length) },
  );
  return { keeper, written, told };
}

const identity = {
  era: "modern" as const,
  serverInfo: { name: "s" },
  capabilities: { tools: {} },
  instructions: undefined,
};

test("changes that come together are written once, and what did not change is not written or told again", async () => {
  const { keeper, written, told } = start();
  keeper.learned(identity);
  keeper.listed("tools/list", [{ name: "a" }]);
  await keeper.written();
  keeper.learned(identity);
  keeper.listed("tools/list", [{ name: "a" }]);
  await keeper.written();
  assert.deepEqual(
    { written: written.map(({ era, tools, readAt }) => ({ era, tools: tools.length, readAt })), told },
    { written: [{ era: "modern", tools: 1, readAt: 1000 }], told: [1] },
  );
});

for (const method of listMethods) {
  test(`a ${method} that changed nothing keeps no write of another list from being done`, async () => {
    const { keeper, written } = start();
    keeper.listed(method, [{ name: "b", uri: "b" }]);
    await keeper.written();
    keeper.listed("tools/list", [{ name: "a" }]);
    keeper.listed(method, method === "tools/list" ? [{ name: "a" }] : [{ name: "b", uri: "b" }]);
    keeper.learned({ ...identity, era: "legacy", serverInfo: {}, capabilities: {} });
    await keeper.written();
    assert.deepEqual(written.at(-1)?.tools, [{ name: "a" }]);
  });
}

test("of a list that comes again one copy is kept, whatever the order of members", () => {
  const { keeper, told } = start();
  keeper.listed("tools/list", [{ name: "a", title: "A" }]);
  const before = keeper.items("tools/list");
  keeper.listed("tools/list", [{ title: "A", name: "a" }]);
  const again = keeper.items("tools/list");
  keeper.listed("tools/list", [{ name: "a", title: "B" }]);
  assert.deepEqual([again === before, keeper.items("tools/list"), told], [true, [{ name: "a", title: "B" }], [1, 1]]);
});

test("what could not be written is written with the next list, changed or not", async () => {
  let isFull = true;
  const kept: Catalogue[] = [];
  const { keeper } = start({
    write: async (next) => {
      if (isFull) throw new Error("disk full");
      kept.push(next);
    },
  });
  keeper.listed("tools/list", [{ name: "a" }]);
  await keeper.written();
  isFull = false;
  keeper.listed("tools/list", [{ name: "a" }]);
  await keeper.written();
  assert.deepEqual(
    kept.map(({ tools }) => tools),
    [[{ name: "a" }]],
  );
});

test("a store that cannot write does not keep the lists from being used", async () => {
  const { keeper } = start({
    write: async () => {
      throw new Error("disk full");
    },
  });
  keeper.listed("prompts/list", [{ name: "greet" }]);
  await keeper.written();
  assert.deepEqual(keeper.items("prompts/list"), [{ name: "greet" }]);
});
