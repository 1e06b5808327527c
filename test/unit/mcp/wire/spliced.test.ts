import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readValue, type ScannedMessage, scanMessage } from "../../../../src/mcp/wire/scanMessage.ts";
import { type Edit, joined, spliced } from "../../../../src/mcp/wire/spliced.ts";
import { holds } from "../../../support/holds.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (pieces: readonly Uint8Array[]) => new TextDecoder().decode(joined(pieces));
const edit = (start: number, end: number, by: string): Edit => ({ span: { start, end }, by: bytesOf(by) });

describe("a text is spliced", () => {
  const text = bytesOf('{"id":1,"method":"m"}');

  for (const [what, edits, becomes] of [
    ["to itself without edits", [], '{"id":1,"method":"m"}'],
    ["in one place", [edit(6, 7, '"abc"')], '{"id":"abc","method":"m"}'],
    ["in several", [edit(6, 7, "22"), edit(17, 20, '"n"')], '{"id":22,"method":"n"}'],
    ["to nothing where nothing stands in its place", [edit(6, 20, "")], '{"id":}'],
    ["at its ends", [edit(0, 1, "["), edit(20, 21, "]")], '["id":1,"method":"m"]'],
  ] as const) {
    test(what, () => assert.equal(textOf(spliced(text, edits)), becomes));
  }

  test("without a copy of what stays", () => {
    const pieces = spliced(text, [edit(6, 7, "2")]);
    assert.deepEqual(
      pieces.map(({ buffer }) => buffer === text.buffer),
      [true, false, true],
    );
    assert.equal(joined(spliced(text, [])).buffer, text.buffer);
  });

  test("never by edits that are over each other or out of order", () => {
    assert.throws(() => spliced(text, [edit(6, 9, "2"), edit(8, 10, "3")]), RangeError);
    assert.throws(() => spliced(text, [edit(8, 9, "2"), edit(6, 7, "3")]), RangeError);
  });

  test("so that a message says something else in the places that were found, and the same in all others", () => {
    const meta = fc.record({ progressToken: fc.jsonValue(), more: fc.jsonValue() });
    const params = fc.record({ name: fc.string(), arguments: fc.jsonValue(), _meta: meta });
    const message = fc.record({ jsonrpc: fc.constant("2.0"), id: fc.nat(), method: fc.string(), params });
    holds(
      fc.property(message, fc.string(), fc.nat(), (written, name, token) => {
        const bytes = bytesOf(JSON.stringify(written));
        const given = JSON.parse(JSON.stringify(written)) as typeof written;
        const scanned = scanMessage(bytes) as ScannedMessage;
        const by = { id: token, name, progressToken: token };
        const edits = (["id", "name", "progressToken"] as const)
          .flatMap((member) => {
            const span = scanned[member];
            return span === undefined ? [] : [{ span, by: bytesOf(JSON.stringify(by[member])) }];
          })
          .sort((one, other) => one.span.start - other.span.start);
        assert.equal(edits.length, 3);
        const { params: before } = given;
        const after = { ...before, name, _meta: { ...before._meta, progressToken: token } };
        assert.deepEqual(JSON.parse(textOf(spliced(scanned.bytes, edits))), { ...given, id: token, params: after });
        assert.equal(scanned.name && readValue(scanned, scanned.name), before.name);
      }),
    );
  });
});
