import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { GatewayChangesWorld } from "../../../src/vscode/gatewayChanges.ts";
import { useFakeEditor } from "../../support/fakeEditor.ts";
import { until } from "../../support/until.ts";

useFakeEditor({});

const { GatewayChanges } = await import("../../../src/vscode/gatewayChanges.ts");

/** @param read called with each look at the gateways, of which there are none */
function changesOf(read: () => void) {
  const failures: unknown[] = [];
  const gateways = () => {
    read();
    return { book: { all: [] } };
  };
  const world = { gateways, settings: () => ({}), showFailure: (error: unknown) => void failures.push(error) };
  return { changes: new GatewayChanges(world as unknown as GatewayChangesWorld), failures };
}

test("changes that come while followers are told of one are told together, and none is lost", async () => {
  let reads = 0;
  const { changes, failures } = changesOf(() => {
    reads += 1;
  });
  const waiting: (() => void)[] = [];
  changes.follow(() => new Promise<void>((resolve) => waiting.push(resolve)));
  changes.changed();
  await until(async () => waiting.length === 1, "the first change to be told");
  for (let more = 0; more < 50; more += 1) changes.changed();
  assert.equal(reads, 1);
  waiting.shift()?.();
  await until(async () => waiting.length === 1, "the others to be told");
  assert.equal(reads, 2);
  changes.changed();
  waiting.shift()?.();
  await until(async () => waiting.length === 1, "a change after them to be told");
  waiting.shift()?.();
  await setImmediate();
  assert.deepEqual([reads, waiting.length], [3, 0]);
  assert.deepEqual(failures, []);
});

test("a follower that fails is told of, and keeps nobody from the next change", async () => {
  const { changes, failures } = changesOf(() => {});
  let told = 0;
  changes.follow(() => {
    told += 1;
    if (told === 1) throw new Error("first");
  });
  changes.changed();
  await until(async () => failures.length === 1, "the failure to be shown");
  changes.changed();
  await until(async () => told === 2, "the next change to be told");
});
