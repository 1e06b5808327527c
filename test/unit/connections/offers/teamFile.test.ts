import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { readTeamFile } from "../../../../src/connections/offers/teamFile.ts";
import { teamFileSchema } from "../../../../src/connections/offers/teamFileSchema.ts";
import { webAddress } from "../../../support/anyText.ts";
import { runs } from "../../../support/bulk.ts";

const SCHEMA = "media/gateways.schema.json";
const schema = { $schema: "http://json-schema.org/draft-07/schema#", ...teamFileSchema };

test("the schema that editors get for .vscode/gateways.json is the one that it is read with", () => {
  // GATEWAY_CONNECT_WRITE_SCHEMA=1 writes it after a change.
  if (process.env.GATEWAY_CONNECT_WRITE_SCHEMA) writeFileSync(SCHEMA, `${JSON.stringify(schema, undefined, 2)}\n`);
  assert.deepEqual(JSON.parse(readFileSync(SCHEMA, "utf8")), schema);
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8"));
  const { fileMatch } = contributes.jsonValidation.find((one: { url: string }) => one.url === `./${SCHEMA}`);
  assert.deepEqual(fileMatch, ["/.vscode/gateways.json"]);
});

test("a file says all that it may, with comments, and each gateway where it stands", () => {
  const text = `// Ours.
{
  "gateways": [
    { "url": "https://Gateway.Example.com/mcp", "name": "Finance", "clientId": "0oa1", "scopes": ["openid", "a.read"] },
    { "url": "http://localhost:8080/mcp", "issuer": "https://login.example.com/" }, // trailing
  ],
}`;
  assert.deepEqual(readTeamFile(text), {
    gateways: [
      {
        url: "https://gateway.example.com/mcp",
        name: "Finance",
        clientId: "0oa1",
        scopes: ["openid", "a.read"],
        line: 4,
      },
      { url: "http://localhost:8080/mcp", issuer: "https://login.example.com/", line: 5 },
    ],
    faults: [],
  });
});

/** Members that would do more than suggest. */
const forbidden: Readonly<Record<string, unknown>> = {
  clientSecret: "s3cret",
  token: "s3cret",
  headers: { "X-Key": "s3cret" },
  command: ["calc"],
  redirectHost: "localhost",
  redirectPorts: [3334],
  proxy: "http://proxy.example",
  account: "ada",
  policy: {},
  trust: true,
  signIn: "clientCredentials",
  privateKey: { file: "/etc/passwd" },
  authorizer: {},
  tools: { allow: ["*"] },
};

for (const [member, value] of Object.entries(forbidden)) {
  test(`an entry with ${member} is refused with its line, and the others are used`, () => {
    const entry = JSON.stringify({ url: "https://a.example/mcp", [member]: value });
    const { gateways, faults } = readTeamFile(`{ "gateways": [\n${entry},\n{ "url": "https://b.example/mcp" } ] }`);
    assert.deepEqual(
      { used: gateways.map(({ url }) => url), lines: faults.map(({ line, path }) => [line, path]) },
      { used: ["https://b.example/mcp"], lines: [[2, `gateways[0].${member}`]] },
    );
    assert.doesNotMatch(JSON.stringify(faults), /s3cret/);
  });
}

/** What may not stand as an address. */
const addresses = {
  "a password": "https://ada:pass@a.example/mcp",
  "a name like a host": "https://a.example@evil.example/mcp",
  "no encryption": "http://a.example/mcp",
  "no encryption, on an address in a private network": "http://192.168.0.1/mcp",
  "a name like this machine's": "http://localhost.evil.example/mcp",
  "a command": "command:workbench.action.quit",
  "a script": "javascript:alert(1)",
  "a fragment": "https://a.example/mcp#x",
  "a backslash": "https://a.example\\@evil.example",
  "a line": "https://a.example/\nmcp",
  "a character without width": "https://a.example/\u200bmcp",
  "a turn of the writing": "https://a.example/\u202emcp",
  "no host": "https:///mcp",
  "a host that is none": "https://[::1/mcp",
  nothing: "",
  "a great length": `https://a.example/${"x".repeat(2_100)}`,
};

for (const [what, address] of Object.entries(addresses)) {
  test(`an address with ${what} is refused, as the gateway's and as an issuer's`, () => {
    const files = [{ url: address }, { url: "https://a.example/mcp", issuer: address }];
    for (const entry of files) {
      const { gateways, faults } = readTeamFile(JSON.stringify({ gateways: [entry] }));
      assert.deepEqual([gateways, faults.length], [[], 1], JSON.stringify(faults));
    }
  });
}

test("letters that look like others are told by how the host is asked for", () => {
  const { gateways } = readTeamFile('{ "gateways": [{ "url": "https://\u0430pple.example/mcp" }] }');
  assert.equal(gateways[0]?.url, "https://xn--pple-43d.example/mcp");
});

test("a file with anything beside its gateways, or one of them twice, is told with its line", () => {
  const cases = [
    ['{ "gateways": [{ "url": "https://a.example/mcp" }],\n"trusted": true }', 0, [[2, "trusted"]]],
    [
      '{ "gateways": [{ "url": "https://a.example/mcp" },\n{ "url": "https://A.example/mcp/" }] }',
      1,
      [[2, "gateways[1].url"]],
    ],
    [
      '{ "gateways": [{ "url": "https://a.example/mcp" }],\n"gateways": [] }',
      0,
      [
        [2, "gateways"],
        [2, "gateways"],
      ],
    ],
    ['{\n"gateways": [ "x" "y" ] }', 0, [[2, ""]]],
    ["[]", 0, [[1, ""]]],
    ["", 0, [[1, ""]]],
    [`{ "gateways": [${'{ "url": "https://a.example/mcp" },'.repeat(21)}] }`, 0, undefined],
    ["[".repeat(100_000), 0, [[1, ""]]],
  ] as const;
  for (const [text, used, places] of cases) {
    const { gateways, faults } = readTeamFile(text);
    assert.equal(gateways.length, used, text.slice(0, 60));
    if (places)
      assert.deepEqual(
        faults.map(({ line, path }) => [line, path]),
        places,
        text.slice(0, 60),
      );
    else assert.notEqual(faults.length, 0);
  }
});

test("whatever a file holds, no gateway of it has anything but what it may", () => {
  const key = fc.oneof(
    fc.constantFrom("url", "name", "clientId", "scopes", "issuer", "__proto__", "command"),
    fc.string(),
  );
  const address = fc.oneof(webAddress("https", "http"), fc.string(), fc.constantFrom(...Object.values(addresses)));
  const value = fc.oneof(address, fc.jsonValue());
  let used = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(address, fc.dictionary(key, value, { maxKeys: 2 }))), (entries) => {
      const file = { gateways: entries.map(([url, rest]) => ({ ...rest, url })) };
      const { gateways } = readTeamFile(JSON.stringify(file));
      used += gateways.length;
      for (const { url, line, ...rest } of gateways) {
        const { protocol, hostname, username, password, hash } = new URL(url);
        assert.ok(protocol === "https:" || /^(localhost|127\.|\[::1\])/.test(hostname), url);
        assert.deepEqual([username, password, hash], ["", "", ""]);
        assert.ok(Object.keys(rest).every((name) => ["name", "clientId", "scopes", "issuer"].includes(name)));
        assert.ok(line >= 1);
      }
    }),
    runs(2_000),
  );
  assert.notEqual(used, 0);
});
