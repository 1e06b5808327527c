import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { AskedConsents } from "../../../src/vscode/askedConsents.ts";

/** What an editor remembers between windows; `fails` has it keep nothing more. */
function memoryOf(fails = false) {
  const kept = new Map<string, unknown>();
  return {
    kept,
    get: <T>(name: string, other?: T) => (kept.has(name) ? (kept.get(name) as T) : (other as T)),
    update: async (name: string, value: unknown) => {
      if (fails) throw new Error("the disk is full");
      kept.set(name, value);
    },
  };
}

test("a gateway that has asked is known in the next window, and told of once", async () => {
  const memory = memoryOf();
  let told = 0;
  const window = () => new AskedConsents(memory, () => void told++);
  const first = window();
  const before = first.has("one");
  first.add("one");
  await setImmediate();
  first.add("one");
  await setImmediate();
  assert.deepEqual([before, window().has("one"), window().has("two"), told], [false, true, false, 1]);
});

test("the last two hundred are kept, and what cannot be kept ends nothing", async () => {
  const memory = memoryOf();
  const consents = new AskedConsents(memory, () => {});
  for (let one = 0; one <= 200; one++) {
    consents.add(`gateway ${one}`);
    await setImmediate();
  }
  assert.deepEqual(
    [consents.has("gateway 0"), consents.has("gateway 1"), consents.has("gateway 200"), memory.kept.size],
    [false, true, true, 1],
  );
  const failing = new AskedConsents(memoryOf(true), () => assert.fail("told of what was not kept"));
  failing.add("two");
  await setImmediate();
  assert.equal(failing.has("two"), false);
});
