import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type RecordList, readRecordList, recordText } from "../../../../src/lib/json/recordList.ts";

const read = (text: string | undefined): RecordList => {
  const list = readRecordList(text, "records");
  if (!list) throw new Error("not read");
  return list;
};

/** Texts of any JSON value, in forms that no version of ours would write too. */
const space = fc.constantFrom("", " ", "\n", "\t", "\r\n  ");
const spaced = (text: string, between: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (token) => between + token + between);
const jsonText = fc.oneof(
  fc.tuple(fc.jsonValue(), space).map(([value, between]) => spaced(JSON.stringify(value), between).trim()),
  fc.constantFrom(
    "1.0",
    "1e400",
    "12345678901234567890",
    '"\\u00e9"',
    '{"a":1,"a":2}',
    '"\\"],}\\\\"',
    '{"__proto__":1}',
  ),
);

test("every record and every member keeps its text, whatever is written beside it", () => {
  fc.assert(
    fc.property(
      fc.array(jsonText, { maxLength: 5 }),
      fc.dictionary(fc.string(), jsonText, { maxKeys: 4 }),
      space,
      fc.jsonValue(),
      (records, members, between, added) => {
        const names = Object.keys(members).filter((name) => name !== "records" && name !== "version");
        const rest = names.map((name) => `${JSON.stringify(name)}${between}:${between}${members[name]}`);
        const text = `${between}{${[...rest, `"records":[${between}${records.join(",")}${between}]`].join(",")}}`;
        const before = read(text);
        const written = before.withRecords([...before.records.map((one) => one.text), recordText(added)], {
          version: 2,
        });
        const after = read(written);
        assert.deepEqual(
          after.records.map((one) => one.text),
          [...records, recordText(added)],
        );
        assert.deepEqual(after.records.at(-1)?.value, JSON.parse(JSON.stringify(added)));
        for (const name of names) assert.ok(written.includes(`${JSON.stringify(name)}: ${members[name]}`));
        assert.equal(after.member("version"), 2);
        JSON.parse(written);
      },
    ),
  );
});

test("what is written anew is what JSON.stringify would write", () => {
  const value = { version: 1, records: [{ a: [1, { b: "\n" }] }, {}, "text"] };
  const texts = (isCompact: boolean) => value.records.map((one) => recordText(one, isCompact));
  assert.deepEqual(
    [
      read(undefined).withRecords(texts(false), { version: 1 }),
      readRecordList(undefined, "records", true)?.withRecords(texts(true), { version: 1 }),
      read("{}").withRecords([], {}),
    ],
    [JSON.stringify(value, null, 2), JSON.stringify(value), '{\n  "records": []\n}'],
  );
});

test("a text without a list has no records yet, and one of another shape is not read", () => {
  const texts = [
    "",
    " ",
    "{damaged",
    "null",
    "[]",
    '"text"',
    '{"records":"none"}',
    '{"records":{}}',
    '{"records":null}',
  ];
  assert.deepEqual(
    {
      absent: read(undefined).records,
      none: read('{"version":3}').records,
      empty: read('{"records":[ ]}').records,
      member: [read('{"version":3}').member("version"), read("{}").member("version")],
      refused: texts.map((text) => readRecordList(text, "records")),
    },
    { absent: [], none: [], empty: [], member: [3, undefined], refused: texts.map(() => undefined) },
  );
});
