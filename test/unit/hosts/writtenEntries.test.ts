import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WrittenEntries, type WrittenEntry } from "../../../src/hosts/writtenEntries.ts";
import { readRecordList } from "../../../src/lib/json/recordList.ts";
import { failureOf, QueueLock } from "../../support/fakePorts.ts";

const entry = (connectionId: string, host: WrittenEntry["host"] = "kiro"): WrittenEntry => ({
  connectionId,
  host,
  path: `/${connectionId}`,
});

function start(text?: string) {
  const place = { text };
  const file = {
    path: "entries.json",
    read: async () => place.text,
    write: async (next: string) => {
      place.text = next;
    },
  };
  return { place, entries: new WrittenEntries(file, new QueueLock()) };
}

test("entries this version does not know, those of newer hosts among them, stay byte for byte", () => {
  const unknown = fc.oneof(
    fc.jsonValue(),
    fc.record({ connectionId: fc.string(), path: fc.string(), host: fc.constantFrom("nova", "", "KIRO") }),
  );
  return fc.assert(
    fc.asyncProperty(
      fc.array(
        unknown.map((value) => JSON.stringify(value, null, 3)),
        { maxLength: 4 },
      ),
      fc.jsonValue(),
      async (texts, member) => {
        const known = [entry("a"), entry("b", "generic")].map((one) => JSON.stringify(one));
        const { place, entries } = start(
          `{"entries":[${[known[0], ...texts, known[1]].join(",")}],"newer":${JSON.stringify(member)},"version":3}`,
        );
        await entries.remember(entry("c"));
        await entries.remember({ ...entry("a"), disabled: true });
        await entries.forget(entry("b"));
        const left = readRecordList(place.text, "entries")?.records.map(({ text }) => text) ?? [];
        assert.deepEqual(left.slice(0, texts.length), texts);
        assert.deepEqual(await entries.all(), [entry("c"), { ...entry("a"), disabled: true }]);
        assert.ok(place.text?.includes(`"newer": ${JSON.stringify(member)}`));
        assert.equal(JSON.parse(place.text ?? "").version, 3);
      },
    ),
  );
});

test("a list that cannot be read is refused, and left as it was", async () => {
  const texts = ["", "{damaged", "null", "[]", '{"entries":{}}'];
  const found = [];
  for (const text of texts) {
    const { place, entries } = start(text);
    const acts = [() => entries.all(), () => entries.remember(entry("a")), () => entries.forget(entry("a"))];
    const codes = [];
    for (const act of acts) codes.push(((await failureOf(act)) as { code?: string }).code);
    found.push([codes, place.text === text]);
  }
  const refused = ["file_damaged", "file_damaged", "file_damaged"];
  assert.deepEqual(
    found,
    texts.map(() => [refused, true]),
  );
});
