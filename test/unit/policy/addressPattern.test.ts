import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { covers, matchesAddress, readAddressPattern } from "../../../src/policy/addressPattern.ts";
import { runs } from "../../support/bulk.ts";

const pattern = (text: string) => {
  const read = readAddressPattern(text);
  if ("problem" in read) throw new Error(`${text}: ${read.problem}`);
  return read;
};

/** A pattern, what it means and what it does not. */
const meanings: readonly (readonly [text: string, meant: readonly string[], other: readonly string[]])[] = [
  [
    "https://gateway.example.com",
    ["https://gateway.example.com", "https://gateway.example.com/mcp", "https://GATEWAY.example.com:443/a?b=c"],
    [
      "http://gateway.example.com",
      "https://gateway.example.com:8443",
      "https://gateway.example.com.evil.example",
      "https://evilgateway.example.com",
      "https://a.gateway.example.com",
      "https://gateway.example.com./mcp",
      "https://gateway.example.com@evil.example",
      "https://user@gateway.example.com/mcp",
      "https://gateway.example.com/mcp#x",
      "https://gateway.exаmple.com",
      "not an address",
      "",
    ],
  ],
  [
    "https://*.example.com/mcp",
    ["https://a.example.com/mcp", "https://xn--pple-43d.example.com/mcp/", "https://a.example.com/mcp/v1"],
    [
      "https://example.com/mcp",
      "https://a.b.example.com/mcp",
      "https://.example.com/mcp",
      "https://a.example.com/mcpx",
      "https://a.example.com/",
      "https://a.example.com/MCP",
      "https://a.example.com/mcp?tenant=other",
      "https://a.example.com/mcp/../admin",
      "https://a.example.com/mcp/%2e%2e/admin",
      "https://a.example.com/mcp/..%2fadmin",
      "https://a.example.com/mcp/%252e%252e/admin",
      "https://a.example.com/mcp%5c..%5cadmin",
      "https://a.example.com//mcp",
      "https://a.evil-example.com/mcp",
      "https://aexample.com/mcp",
    ],
  ],
  ["https://gateway.example.com:8443", ["https://gateway.example.com:8443/x"], ["https://gateway.example.com/x"]],
  [
    "http://localhost:*/mcp",
    ["http://localhost:1/mcp", "http://localhost/mcp"],
    [
      "http://127.0.0.1:1/mcp",
      "https://localhost:1/mcp",
      "http://localhost.evil.example/mcp",
      "http://a.localhost/mcp",
    ],
  ],
  ["http://[::1]:8080", ["http://[::1]:8080/mcp", "http://[0:0::1]:8080"], ["http://[::2]:8080"]],
  [
    "https://login.example.com/tenant-1/v2.0",
    ["https://login.example.com/tenant-1/v2.0", "https://login.example.com/tenant-1/v2.0/"],
    ["https://login.example.com/tenant-2/v2.0", "https://login.example.com/tenant-1"],
  ],
  [
    "https://a.example/mcp?tenant=1",
    ["https://a.example/mcp?tenant=1"],
    ["https://a.example/mcp", "https://a.example/mcp?tenant=1&x"],
  ],
  ["https://*.10.example", ["https://a.10.example"], ["https://10.10.10.10"]],
];

for (const [text, meant, other] of meanings) {
  test(`the pattern ${text} means what it says and nothing else`, () => {
    const read = pattern(text);
    assert.deepEqual(
      {
        meant: meant.filter((one) => matchesAddress(read, one)),
        other: other.filter((one) => matchesAddress(read, one)),
      },
      { meant, other: [] },
    );
  });
}

const wrong = [
  "",
  "*",
  "https://*",
  "https://*.com",
  "https://*.com.",
  "https://*.0.0.1",
  "https://*.[::1]",
  "https://*.localhost",
  "https://a.*.example.com",
  "https://a*.example.com",
  "https://**.example.com",
  "http://gateway.example.com",
  "http://localhost.evil.example",
  "https://gateway.example.com:*",
  "https://gateway.example.com:99999",
  "https://gateway.example.com/mcp*",
  "https://gateway.example.com/#x",
  "https://user:pass@gateway.example.com",
  "https://gateway.example.com.",
  "https://gateway..example.com",
  "https://gаteway.example.com",
  "https://gateway.example.com/m cp",
  "https://gateway.example.com\\mcp",
  "https://%67ateway.example.com",
  "HTTPS://gateway.example.com",
  "gateway.example.com",
  "ftp://gateway.example.com",
  "https:gateway.example.com",
  "https:///gateway.example.com",
];

for (const text of wrong) {
  test(`${JSON.stringify(text)} is no pattern`, () => assert.ok("problem" in readAddressPattern(text)));
}

test("a pattern with letters that look like others is told how that host is asked for", () => {
  assert.deepEqual(readAddressPattern("https://g\u0430teway.example.com"), {
    problem: "expected a host in ASCII, found xn--gteway-3nf.example.com",
  });
});

test("an address that any pattern means has that pattern's host or one label before it, and its path", () => {
  const label = fc.constantFrom("a", "b", "example", "com", "10", "xn--pple-43d");
  const host = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));
  const path = fc
    .array(fc.constantFrom("mcp", "a", "..", ".", "%2e%2e", "%2f", "%252f", "x?y"), { maxLength: 4 })
    .map((all) => all.map((one) => `/${one}`).join(""));
  const texts = fc
    .tuple(fc.constantFrom("", "*."), host, path)
    .map(([star, at, rest]) => `https://${star}${at}${rest}`);
  let met = 0;
  fc.assert(
    fc.property(texts, host, path, (text, at, rest) => {
      const read = readAddressPattern(text);
      if ("problem" in read || !matchesAddress(read, `https://${at}${rest}`)) return;
      met++;
      const { hostname, pathname } = new URL(`https://${at}${rest}`);
      const own = read.isWildcard ? hostname.replace(/^[^.]+\./, "") : hostname;
      assert.equal(own, read.hostname);
      if (read.path) assert.ok(`${pathname}/`.startsWith(`${["", ...read.path].join("/")}/`), `${text} ${pathname}`);
    }),
    runs(20_000),
  );
  assert.notEqual(met, 0);
});

test("what one pattern covers of another, it means too", () => {
  const all = meanings.flatMap(([text, meant]) => meant.map((address) => [pattern(text), address] as const));
  let covered = 0;
  for (const [narrow, address] of all) {
    for (const [text] of meanings) {
      if (!covers(pattern(text), narrow)) continue;
      covered++;
      assert.ok(matchesAddress(pattern(text), address), `${text} ${address}`);
    }
  }
  assert.ok(covered > meanings.length);
});
