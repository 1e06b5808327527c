import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Node, parse, parseTree } from "jsonc-parser";
import { type AnyFailure, GatewayFailure } from "../../../../src/failures/failure.ts";
import { jsonServers } from "../../../../src/hosts/formats/jsonServers.ts";
import { hostEntry } from "../../../../src/hosts/hostEntry.ts";
import { runs } from "../../../support/bulk.ts";

const path = "/home/ada/mcp.json";
const root = "mcpServers";
const format = jsonServers({ rootKey: root });
const read = (text: string) => format.read(text, path).servers;
const start = { command: "/opt/editor/editor", bridge: "/data/bridge/bridge.cjs", folder: "/data" };
const entry = (nonce = "1") => hostEntry(start, { connectionId: "c1", nonce });
const add = (text: string | undefined, key = "tools", nonce = "1") =>
  format.read(text, path).withEntry(key, entry(nonce));
const remove = (text: string, key = "tools") => format.read(text, path).withoutEntry(key);
const withDisabled = (text: string, key: string, disabled: boolean) =>
  format.read(text, path).withDisabled(key, disabled) ?? "";

test("a file that is not there, or is empty, becomes one with the entry", () => {
  const whole = `${JSON.stringify({ mcpServers: { tools: entry() } }, null, 2)}\n`;
  assert.deepEqual([add(undefined), add(""), add(" \n"), add("\ufeff")], [whole, whole, whole, whole]);
});

test("an entry is put behind the last one in the file's own manner, and goes without a trace", () => {
  const ours = /"tools":\s*\{.*\}(?=,?\s*\}(,|\s*\}))/s;
  const texts = [
    '{\n  // mine\n  "mcpServers": {\n    /* a */ "other": { "url": "https://a" } // end\n  },\n  "x": 1\n}\n',
    '\ufeff{\r\n\t"mcpServers": {\r\n\t\t"other": {\r\n\t\t\t"command": "x",\r\n\t\t},\r\n\t},\r\n}\r\n',
    '{"mcpServers":{"other":{"command":"x"}},"y":[1, 2]}',
    '{\n    "mcpServers": {}\n}',
    '{ "mcpServers": {\r  "other": {}\r} }',
  ];
  assert.deepEqual(
    texts.map((text) => add(text).replace(ours, "OURS")),
    [
      '{\n  // mine\n  "mcpServers": {\n    /* a */ "other": { "url": "https://a" }, // end\n    OURS\n  },\n  "x": 1\n}\n',
      '\ufeff{\r\n\t"mcpServers": {\r\n\t\t"other": {\r\n\t\t\t"command": "x",\r\n\t\t},\r\n\t\tOURS,\r\n\t},\r\n}\r\n',
      '{"mcpServers":{"other":{"command":"x"},OURS},"y":[1, 2]}',
      '{\n    "mcpServers": {\n        OURS\n    }\n}',
      '{ "mcpServers": {\r  "other": {},\r  OURS\r} }',
    ],
  );
  assert.deepEqual(
    texts.map((text) => remove(add(text))),
    texts,
  );
});

test("an entry that is written again changes where it differs, and keeps what the person switched in it", () => {
  const mine = add('{\n  "mcpServers": {}\n}\n').replace('"args"', '"disabled": true, // for now\n      "args"');
  const again = add(mine, "tools", "2");
  assert.deepEqual(
    { same: add(mine) === mine, changed: again === mine.replace("c1:1", "c1:2") },
    { same: true, changed: true },
  );
});

test("a comment beside an entry that goes stays, and the file still parses", () => {
  const cases = [
    ['{"mcpServers":{/* a */"tools":{}/* b */}}', '{"mcpServers":{/* a *//* b */}}'],
    ['{"mcpServers":{"a":{},/* a */"tools":{}/* b */}}', '{"mcpServers":{"a":{}/* a *//* b */}}'],
    ['{"mcpServers":{"a":{},"tools":{},/* b */"c":{}}}', '{"mcpServers":{"a":{},/* b */"c":{}}}'],
    ['{"mcpServers":{"tools":{},/* b */"c":{}}}', '{"mcpServers":{/* b */"c":{}}}'],
    ['{"mcpServers":{\n  "tools": {}, // ours\n  "c": {}\n}}', '{"mcpServers":{ // ours\n  "c": {}\n}}'],
    ['{"mcpServers":{"a":{}, // a, b\n"tools":{}}}', '{"mcpServers":{"a":{} // a, b}}'],
  ] as const;
  const results = cases.map(([before]) => {
    const after = remove(before) ?? "";
    return { after, readable: read(after).map(({ key }) => key) };
  });
  assert.deepEqual(
    results.slice(0, 5),
    cases.slice(0, 5).map(([before, after]) => ({
      after,
      readable: Object.keys(parse(before).mcpServers).filter((key) => key !== "tools"),
    })),
  );
  // A line comment ends with its line, which has to stay.
  assert.deepEqual(results[5]?.readable, ["a"]);
});

test("a file that cannot be changed without harm is refused with the place of what is wrong", () => {
  const texts = {
    broken: '{\n  "mcpServers": {\n    "a": {\n  }\n',
    twice: '{\n  "mcpServers": {\n    "a": {},\n    "a": {}\n  }\n}',
    twiceServers: '{"mcpServers": {}, "mcpServers": {}}',
    list: '{"mcpServers": []}',
    nothing: '{"mcpServers": null}',
    rootList: "[]",
    text: "not json",
    twoRoots: "{} {}",
    deep: `{"mcpServers": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  };
  const refused = Object.entries(texts).map(([name, text]) => {
    const acts = [() => add(text), () => remove(text), () => withDisabled(text, "a", true)];
    return [name, ...new Set(acts.map(failureOf))];
  });
  assert.deepEqual(refused, [
    ["broken", "5:1 close brace expected"],
    ["twice", '4:5 the key "a" appears twice'],
    ["twiceServers", '1:20 the key "mcpServers" appears twice'],
    ["list", '1:16 "mcpServers" is not an object'],
    ["nothing", '1:16 "mcpServers" is not an object'],
    ["rootList", "1:1 the file is not a JSON object"],
    ["text", "1:1 invalid symbol"],
    ["twoRoots", "1:4 end of file expected"],
    ["deep", "1:1 it has more than 512 levels of brackets"],
  ]);
});

test("an entry is ours by its mark alone, whatever it is called", () => {
  const text = JSON.stringify({
    mcpServers: { a: entry(), b: { command: "x", env: { GATEWAY_CONNECT_ENTRY: 3 } }, c: null, d: { env: [] } },
  });
  assert.deepEqual(
    read(text).map(({ key, connectionId }) => [key, connectionId]),
    [
      ["a", "c1"],
      ["b", undefined],
      ["c", undefined],
      ["d", undefined],
    ],
  );
});

test("an entry is switched off and on again where it stands", () => {
  const text = add("{}");
  const off = withDisabled(text, "tools", true);
  const on = withDisabled(off, "tools", false);
  const disabled = (one: string) => parse(one).mcpServers.tools.disabled;
  assert.deepEqual([disabled(text), disabled(off), disabled(on)], [undefined, true, false]);
  assert.deepEqual([withDisabled(text, "tools", false), withDisabled(text, "other", true)], [text, text]);
});

/** Files as people write them: any space, comments, line ends, trailing commas, a mark of byte order. */
const files = (() => {
  const eol = fc.constantFrom("\n", "\r\n");
  const key = fc.oneof(fc.constantFrom("a", "b b", "tools2", "ü", '"', "\\", "__proto__", "//", "/*"), fc.string());
  const noise = fc.constantFrom("", " ", "\n", "\t", "\r\n  ", " // a, {b}\n", "/* , } */", "// é\r\n\t", "\n\n    ");
  const value: fc.Memo<string> = fc.memo((depth) =>
    depth <= 1
      ? fc.jsonValue({ maxDepth: 0 }).map((one) => JSON.stringify(one))
      : fc.oneof(
          fc.jsonValue({ maxDepth: 1 }).map((one) => JSON.stringify(one)),
          members(value(depth - 1)),
        ),
  );
  function members(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc
      .tuple(
        fc.uniqueArray(fc.tuple(key, of, noise, noise, noise, noise), { selector: ([name]) => name, maxLength: 4 }),
        noise,
        fc.boolean(),
      )
      .map(([list, end, comma]) => {
        const all = list.map(([name, one, a, b, c, d]) => `${a}${JSON.stringify(name)}${b}:${c}${one}${d}`).join(",");
        return `{${all}${comma && list.length > 0 ? "," : ""}${end}}`;
      });
  }
  const others = fc.uniqueArray(fc.tuple(key, value(2), noise), { selector: ([name]) => name, maxLength: 2 });
  return fc
    .tuple(fc.constantFrom("", "\ufeff"), noise, members(value(2)), others, noise, fc.boolean(), eol)
    .map(([bom, start, servers, rest, end, first, last]) => {
      const more = rest
        .filter(([name]) => name !== root)
        .map(([name, one, space]) => `${space}${JSON.stringify(name)}: ${one}`);
      const all = [`"${root}":${servers}`, ...more];
      return `${bom}${start}{${(first ? all : all.reverse()).join(",")}${end}}${last}`;
    });
})();

test("whatever the file, an entry comes and goes without a change to anything else in it", () => {
  fc.assert(
    fc.property(files, fc.constantFrom("tools", "a", "ü"), (text, key) => {
      fc.pre(!read(text).some((one) => one.key === key));
      const added = add(text, key);
      const twice = add(added, key);
      const changed = add(added, key, "2");
      const removed = remove(changed, key) ?? "";
      assert.deepEqual(
        {
          stable: twice === added,
          nonce: changed === added.replace('"c1:1"', '"c1:2"'),
          there: read(added).at(-1)?.connectionId,
          kept: isIn(added.replace(/\s/g, ""), text.replace(/\s/g, "")),
          after: meaning(removed),
          comments: commentsOf(removed),
          bom: removed.startsWith("\ufeff"),
          untouched: remove(text, key) === text,
        },
        {
          stable: true,
          nonce: true,
          there: "c1",
          kept: true,
          after: meaning(text),
          comments: commentsOf(text),
          bom: text.startsWith("\ufeff"),
          untouched: true,
        },
      );
    }),
    runs(5000, 250),
  );
});

test("whatever the file, an entry is the only difference in what it says, and goes without a byte of a change", () => {
  let put = 0;
  const how = runs(5000, 250);
  fc.assert(
    fc.property(files, (text) => {
      fc.pre(!read(text).some((one) => one.key === "tools"));
      put++;
      const added = add(text);
      const said = (one: string) => read(one).map(({ key, value }) => [key, JSON.stringify(value)]);
      const before = said(text);
      assert.deepEqual(said(added), [...before, ["tools", JSON.stringify(entry())]]);
      // Space within braces of no server is what the entry is put into.
      if (before.length > 0) assert.equal(remove(added), text);
      else assert.equal(remove(added)?.replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""));
    }),
    how,
  );
  assert.ok(put > how.numRuns / 5, `${put}`);
});

test("whatever the file, an entry of its middle goes without a change to anything else in it", () => {
  fc.assert(
    fc.property(files, fc.nat(), (text, at) => {
      const before = read(text);
      fc.pre(before.length > 0);
      const { key } = before[at % before.length] as { key: string };
      const after = remove(text, key) ?? "";
      assert.deepEqual(
        read(after),
        before.filter((one) => one.key !== key),
      );
    }),
    runs(5000, 250),
  );
});

/** What a file says, in pairs: an object would take some keys for something else. */
function meaning(text: string): unknown {
  const of = (node: Node | undefined): unknown =>
    node?.type === "object" || node?.type === "array" || node?.type === "property"
      ? [node.type, ...(node.children ?? []).map(of)]
      : node?.value;
  return of(parseTree(text.replace("\ufeff", "")));
}

/** Whether all of a text is in a longer one, in its order. */
function isIn(longer: string, text: string): boolean {
  let at = 0;
  for (const letter of longer) if (letter === text[at]) at++;
  return at === text.length;
}

function commentsOf(text: string): readonly string[] {
  const strings = /"(?:[^"\\]|\\.)*"/g;
  return text.replace(strings, '""').match(/\/\/[^\r\n]*|\/\*.*?\*\//gs) ?? [];
}

function failureOf(act: () => unknown): string {
  try {
    act();
    return "done";
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    const failure = error as unknown as AnyFailure;
    if (failure.code !== "host_file_invalid") return failure.code;
    const { line, column, problem } = failure.facts;
    return `${line}:${column} ${problem}`;
  }
}
