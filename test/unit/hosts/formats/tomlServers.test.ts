import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse as otherReader } from "smol-toml";
import { type AnyFailure, GatewayFailure } from "../../../../src/failures/failure.ts";
import { codexServers } from "../../../../src/hosts/formats/toml/tomlServers.ts";
import { hostEntry } from "../../../../src/hosts/hostEntry.ts";
import { runs } from "../../../support/bulk.ts";

const path = "/home/ada/.codex/config.toml";
const start = { command: "C:\\Program Files\\ü\u007f\\editor.exe", bridge: "/data/bridge.cjs", folder: "/data" };
const entry = (nonce = "1") => hostEntry(start, { connectionId: "c1", nonce });
const read = (text: string) => codexServers.read(text, path).servers;
const add = (text: string | undefined, key = "tools", nonce = "1") =>
  codexServers.read(text, path).withEntry(key, entry(nonce));
const remove = (text: string, key = "tools") => codexServers.read(text, path).withoutEntry(key) ?? "";
const withDisabled = (text: string, key: string, disabled: boolean) =>
  codexServers.read(text, path).withDisabled(key, disabled) ?? "";
/** What a text says, by a reader that we do not write with. */
const meaning = (text: string) =>
  JSON.parse(
    JSON.stringify(otherReader(text.replace(/^\ufeff/, ""), { integersAsBigInt: "asNeeded" }), (_, value) =>
      typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? `${value}` : value,
    ),
  );

const ours = `[mcp_servers.tools]
command = "C:\\\\Program Files\\\\ü\\u007F\\\\editor.exe"
args = ["/data/bridge.cjs"]
env = { ELECTRON_RUN_AS_NODE = "1", GATEWAY_CONNECT_FOLDER = "/data", GATEWAY_CONNECT_ENTRY = "c1:1" }`;

test("an entry is a table at the end, behind an empty line, and goes without a trace", () => {
  const cases = [
    [undefined, `${ours}\n`],
    ["", `${ours}\n`],
    ["\n", `\n\n${ours}\n`],
    ['model = "x"', `model = "x"\n\n${ours}`],
    ['model = "x"\n', `model = "x"\n\n${ours}\n`],
    ["[a]\nb = 1 # end\n\n\n", `[a]\nb = 1 # end\n\n\n\n${ours}\n`],
    ["# only this", `# only this\n\n${ours}`],
    ["\ufeffa = 1\r\n[b]\r\n", `\ufeffa = 1\r\n[b]\r\n\r\n${ours.replaceAll("\n", "\r\n")}\r\n`],
  ] as const;
  assert.deepEqual(
    cases.map(([text]) => add(text)),
    cases.map(([, after]) => after),
  );
  assert.deepEqual(
    cases.map(([text]) => remove(add(text))),
    cases.map(([text]) => text ?? ""),
  );
});

const forms = {
  tables: '[mcp_servers.tools]\ncommand = "old"\n\n[mcp_servers.tools.env]\nMINE = "1" # mine\n\n[z]\n',
  dotted: 'mcp_servers.tools.command = "old"\nmcp_servers.tools.env.MINE = "1"\nmodel = "x"\n',
  below: '[mcp_servers]\ntools.command = "old" # why\n  tools.env = { MINE = "1" }\nother.command = "o"\n',
  oneLine: '[mcp_servers]\ntools = { command = "old", env = { MINE = "1" } }\n',
  overLines: '[mcp_servers]\ntools = {\n  command = "old", # c\n  env = {\n    MINE = "1",\n  },\n}\n',
  quoted: "[ \"mcp_servers\" . 'tools' ]\n\"command\" = 'old'\nenv.\"MINE\" = '''1'''\n",
  crlf: '[mcp_servers.tools]\r\ncommand = """\r\nold"""\r\nenv.MINE = "1"\r\n# last\r\n',
  apart: '[mcp_servers.tools.env]\nMINE = "1"\n[a]\n[mcp_servers.tools]\ncommand = "old"\n[[b]]\n',
} as const;

test("an entry is updated in whatever form it is written, and what a person added to it stays", () => {
  const { command, args, env } = entry();
  for (const [name, text] of Object.entries(forms)) {
    const after = add(text);
    const wanted = { ...(name === "below" && { other: { command: "o" } }) };
    assert.deepEqual(
      { servers: meaning(after).mcp_servers, again: add(after) === after, nonce: add(after, "tools", "2") },
      {
        servers: { tools: { command, args, env: { MINE: "1", ...env } }, ...wanted },
        again: true,
        nonce: after.replace("c1:1", "c1:2"),
      },
      name,
    );
    assert.deepEqual(commentsOf(after), commentsOf(text), name);
  }
});

test("an entry goes from whatever form it is written in, and nothing else does", () => {
  const left = Object.entries(forms).map(([name, text]) => [name, remove(text)]);
  assert.deepEqual(Object.fromEntries(left), {
    tables: "\n # mine\n\n[z]\n",
    dotted: 'model = "x"\n',
    below: '[mcp_servers]\n # why\nother.command = "o"\n',
    oneLine: "[mcp_servers]\n",
    overLines: "[mcp_servers]\n",
    quoted: "",
    crlf: "# last\r\n",
    apart: "[a]\n[[b]]\n",
  });
});

test("an entry is switched off and on again where it stands", () => {
  const states = Object.values(forms).map((text) => {
    const off = withDisabled(text, "tools", true);
    const on = withDisabled(off, "tools", false);
    const enabled = (one: string) => meaning(one).mcp_servers.tools.enabled;
    return [enabled(text), enabled(off), enabled(on), withDisabled(text, "tools", false) === text];
  });
  assert.deepEqual(
    states,
    Object.values(forms).map(() => [undefined, false, true, true]),
  );
  assert.equal(withDisabled(forms.tables, "nobody", true), forms.tables);
});

test("a file that cannot be changed without harm is refused with the place of what is wrong", () => {
  const texts = {
    broken: 'a = 1\n[mcp_servers.x\ncommand = "a"\n',
    halfWritten: 'model = "x"\n[mcp_servers.x]\ncommand = "unfin',
    twice: "[mcp_servers.a]\n[b]\n[mcp_servers.a]\n",
    twiceKey: "[mcp_servers.a]\ncommand = '1'\n\"command\" = '2'\n",
    text: 'x = 1\nmcp_servers = "none"\n',
    list: "mcp_servers = []\n",
    tables: "a = 1\n[[mcp_servers]]\ncommand = 'x'\n",
    oneLine: "a = 1\nmcp_servers = { tools = { command = 'x' } }\n",
    carriageReturns: "a = 1\rb = 2\r",
    json: '{ "mcp_servers": {} }',
    control: "a = 1 # \u0000\n",
    deep: `a = ${"[".repeat(50_000)}${"]".repeat(50_000)}`,
  };
  const refused = Object.entries(texts).map(([name, text]) => {
    const acts = [() => add(text), () => remove(text), () => withDisabled(text, "tools", true)];
    return [name, ...new Set(acts.map(failureOf))];
  });
  assert.deepEqual(refused, [
    ["broken", "3:1 the key, equals sign, and value must be on the same line"],
    ["halfWritten", "3:17 unterminated string constant"],
    ["twice", "3:14 defining a key multiple times is invalid"],
    ["twiceKey", "3:1 defining a key multiple times is invalid"],
    ["text", '2:1 "mcp_servers" is not a table of servers'],
    ["list", '1:1 "mcp_servers" is not a table of servers'],
    ["tables", '2:1 "mcp_servers" is not a table of servers'],
    ["oneLine", '2:1 "mcp_servers" is a table in one line, to which nothing can be added'],
    ["carriageReturns", "2:1 must be a newline"],
    ["json", "1:1 unexpected token"],
    ["control", "1:9 invalid code point \\u0000 within comments"],
    ["deep", "1:1 it has more than 512 levels of brackets"],
  ]);
});

test("servers in a table of one line are read, as the import needs them", () => {
  assert.deepEqual(
    read("mcp_servers = { a = { command = 'npx', args = ['mcp-remote'], enabled = false } }").map((one) => one.entry),
    [{ command: "npx", args: ["mcp-remote"], isOff: true }],
  );
});

/** Documents as people write them, with everything that TOML has. */
const documents = (() => {
  const eol = fc.constantFrom("\n", "\r\n");
  const comment = fc.constantFrom("", "", " # it's [mcp_servers.tools]", ' # "', "\t# é = {");
  const bare = fc.constantFrom("a", "b", "c-1", "_d", "9", "command", "env", "tools2");
  const key = fc.oneof(bare, fc.constantFrom('"a b"', "'ü'", '"#"', '"\\u00e9"', '""', '"[x]"', "'='", '"__proto__"'));
  const scalar = fc.oneof(
    fc.constantFrom("1", "-0x1f".slice(1), "1_000", "6.5e-3", "inf", "true", "1979-05-27T07:32:00Z", "07:32:00"),
    fc.constantFrom(
      "'c:\\x'",
      '"\\"#\\\\"',
      '"""\n[mcp_servers.tools]\n"quoted" \\\n  """',
      "'''\n# no\n''''",
      '"é\\t"',
    ),
    fc.constantFrom("1979-05-27", "-17", "9223372036854775807", '""', '"""a\r\nb"""'),
  );
  const value: fc.Memo<string> = fc.memo((depth) =>
    depth <= 1
      ? scalar
      : fc.oneof(
          { weight: 3, arbitrary: scalar },
          fc
            .tuple(fc.array(value(depth - 1), { maxLength: 3 }), fc.constantFrom(", ", ",\n  ", ", # c, ]\n"))
            .map(([all, between]) => `[${all.join(between)}]`),
          fc
            .uniqueArray(fc.tuple(bare, value(depth - 1)), { selector: ([name]) => name, maxLength: 3 })
            .map((all) => `{ ${all.map(([name, one]) => `${name} = ${one.replaceAll(/\r?\n/g, " ")}`).join(", ")} }`),
        ),
  );
  const noise = fc.constantFrom("", "", "\n", "# comment\n", "  # [tools]\n\n", "\n\n");
  const line = fc
    .tuple(noise, fc.constantFrom("", "  ", "\t"), key, fc.constantFrom(" = ", "=", "  =\t"), value(3), comment)
    .map(
      ([before, indent, name, equals, one, after]) =>
        [name, `${before}${indent}${name}${equals}${one}${after}\n`] as const,
    );
  const dotted = fc.tuple(bare, bare, scalar).map(([one, other, is]) => `x.${one}.${other} = ${is}\n`);
  const lines = fc
    .uniqueArray(line, { selector: ([name]) => name, maxLength: 3 })
    .map((all) => all.map(([, text]) => text).join(""));
  const table = fc
    .tuple(
      fc.constantFrom("[", "[[", "[ "),
      fc.constantFrom("t1", "t2.u", "mcp_servers.a", "mcp_servers.'b c'"),
      comment,
      lines,
    )
    .map(([open, name, after, members]) => {
      const brackets = open === "[[" ? [`[[arrays.${name.replace("mcp_servers.", "m")}`, "]]"] : [open + name, "]"];
      return [brackets.join(""), `${brackets.join("")}${after}\n${members}`] as const;
    });
  const servers = fc.constantFrom(
    "",
    "[mcp_servers]\n",
    "[mcp_servers]\nd.command = 'd' # d\ne = { command = \"e\" }\n",
    "[mcp_servers.f]\ncommand = 'f'\n\n[mcp_servers.f.env]\nTOOLS = '''\n[mcp_servers.tools]'''\n",
  );
  const tables = fc.uniqueArray(table, { selector: ([name]) => name.replace("[ ", "["), maxLength: 4 });
  return fc
    .tuple(fc.constantFrom("", "\ufeff"), lines, fc.option(dotted), tables, servers, noise, eol, fc.boolean())
    .map(([mark, top, more, all, some, end, last, isOpen]) => {
      const body = top + (more ?? "") + all.map(([, text]) => text).join("") + some + end;
      const text = mark + body.replaceAll(/\r?\n/g, last);
      return isOpen ? text.replace(/(\r?\n)+$/, "") : text;
    });
})();

/** Whether a text is TOML: a generated one may define something twice. */
function isToml(text: string): boolean {
  try {
    return meaning(text) !== undefined && read(text) !== undefined;
  } catch {
    return false;
  }
}

test("whatever the file, an entry comes as the only difference, and goes without a byte of a change", () => {
  let put = 0;
  const how = runs(2000, 100);
  fc.assert(
    fc.property(documents, (text) => {
      fc.pre(isToml(text));
      put++;
      const before = meaning(text);
      const added = add(text);
      const { command, args, env } = entry();
      assert.deepEqual(meaning(added), {
        ...before,
        mcp_servers: { ...before.mcp_servers, tools: { command, args, env } },
      });
      assert.equal(add(added), added);
      assert.equal(add(added, "tools", "2"), added.replace('"c1:1"', '"c1:2"'));
      assert.equal(remove(added), text);
      assert.equal(remove(text), text);
    }),
    how,
  );
  assert.ok(put > how.numRuns / 2, `${put}`);
});

test("whatever the file, an entry of its middle goes and comes without a change to what anything else says", () => {
  let put = 0;
  const how = runs(2000, 100);
  fc.assert(
    fc.property(documents, fc.nat(), (text, at) => {
      fc.pre(isToml(text));
      const all = read(text);
      fc.pre(all.length > 0);
      put++;
      const { key, value } = all[at % all.length] as (typeof all)[number];
      const { [key]: gone, ...others } = meaning(text).mcp_servers;
      const after = meaning(remove(text, key));
      assert.deepEqual([after.mcp_servers ?? {}, gone !== undefined], [others, true]);
      assert.deepEqual({ ...after, mcp_servers: 0 }, { ...meaning(text), mcp_servers: 0 });
      fc.pre(typeof value === "object" && !Array.isArray(value) && !("command" in (value as object)));
      const put2 = meaning(add(text, key)).mcp_servers;
      assert.deepEqual({ ...put2, [key]: 0 }, { ...others, [key]: 0 });
      assert.equal(put2[key].command, entry().command);
    }),
    how,
  );
  assert.ok(put > how.numRuns / 4, `${put}`);
});

const commentsOf = (text: string) => text.match(/#[^\r\n]*/g) ?? [];

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
