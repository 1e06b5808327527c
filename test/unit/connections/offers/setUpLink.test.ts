import assert from "node:assert/strict";
import { test } from "node:test";
import { readSetUpLink, setUpLink } from "../../../../src/connections/offers/setUpLink.ts";
import { isFailure } from "../../../../src/failures/failure.ts";

/** The query of a link as the editor hands it over: decoded once. */
const queryOf = (link: string): string => decodeURIComponent(new URL(link).search.slice(1));

test("a link says what it was made of, whatever is in an address", () => {
  const links = [
    { url: "https://gateway.example.com/mcp" },
    {
      url: "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Ax/invocations?qualifier=DEFAULT&x=1%2B1",
      name: "Finanzen & Co 日本",
      clientId: "0oa1+b/c=",
      scopes: ["openid", "api://gateway/read"],
    },
    { url: "http://localhost:3000/mcp", name: "Local" },
  ];
  assert.deepEqual(
    links.map((link) => readSetUpLink(queryOf(setUpLink(link, "vscode", "gateway-connect.gateway-connect")))),
    links,
  );
});

test("a link has the editor's own scheme and this extension's id in it", () => {
  assert.equal(
    setUpLink({ url: "https://gateway.example.com/mcp", clientId: "app" }, "kiro", "gateway-connect.gateway-connect"),
    "kiro://gateway-connect.gateway-connect/connect?url=https%3A%2F%2Fgateway.example.com%2Fmcp&clientId=app",
  );
});

test("letters that look like others are told by how the host is asked for", () => {
  // The first letter is a Cyrillic one.
  assert.equal(readSetUpLink("url=https://\u0430pple.example/mcp").url, "https://xn--pple-43d.example/mcp");
});

/** What a hostile link has, and what is said of it. */
const hostile: Readonly<Record<string, readonly [query: string, fault: string, found: string]>> = {
  "no address": ["name=Finance", "missing", "url"],
  "credentials in its address": [
    "url=https://ada:secret@gateway.example.com/mcp",
    "credentials",
    "gateway.example.com",
  ],
  "a name before a host that looks like a path": [
    "url=https://gateway.example.com@evil.example/mcp",
    "credentials",
    "evil.example",
  ],
  "an address without encryption": ["url=http://gateway.example.com/mcp", "insecure", "http://gateway.example.com/mcp"],
  "an address of another scheme": ["url=command:workbench.action.quit", "address", "command:workbench.action.quit"],
  "a script for an address": ["url=javascript:alert(1)//https://x", "address", "javascript:alert(1)//https://x"],
  "a file for an address": ["url=file:///etc/passwd", "address", "file:///etc/passwd"],
  "only a host": ["url=gateway.example.com", "address", "gateway.example.com"],
  "a backslash in its address": ["url=https://gateway.example.com\\@evil.example", "address", "https://…@evil.example"],
  "a fragment": ["url=https://gateway.example.com/mcp#x", "address", "https://gateway.example.com/mcp#x"],
  "a secret": ["url=https://g.example/mcp&clientSecret=s3cret", "unknown", "clientSecret"],
  "a command": ["url=https://g.example/mcp&command=calc", "unknown", "command"],
  "settings of another kind": ["url=https://g.example/mcp&headers=x", "unknown", "headers"],
  "a part of a prototype": ["url=https://g.example/mcp&__proto__=x", "unknown", "__proto__"],
  "two addresses": ["url=https://g.example/mcp&url=https://evil.example/mcp", "twice", "url"],
  "a line of its own in its name": [
    "url=https://g.example/mcp&name=Finance\nAddress: https://bank.example",
    "hidden",
    "name",
  ],
  "a name that is written backwards": ["url=https://g.example/mcp&name=\u202eecnaniF", "hidden", "name"],
  "a name that clears a terminal": ["url=https://g.example/mcp&name=\u001b[2J", "hidden", "name"],
  "a character without width in its address": ["url=https://g.example\u200b/mcp", "hidden", "url"],
  "a client ID of other letters": ["url=https://g.example/mcp&clientId=\u0430pp", "value", "clientId"],
  "a scope with a quotation mark": ['url=https://g.example/mcp&scopes=read "x"', "value", "scopes"],
  "a long name": [`url=https://g.example/mcp&name=${"x".repeat(81)}`, "tooLong", "name"],
  "a great length": [`url=https://g.example/mcp&${"&".repeat(5_000)}`, "tooLong", ""],
};

for (const [what, [query, fault, found]] of Object.entries(hostile)) {
  test(`a link with ${what} is refused, with the part that is at fault and without a secret`, () => {
    assert.throws(
      () => readSetUpLink(query),
      (failure: unknown) => {
        assert.ok(isFailure(failure, "link_refused"));
        assert.deepEqual(failure.facts, { fault, found });
        assert.doesNotMatch(JSON.stringify(failure.facts), /s3cret|:secret/);
        return true;
      },
    );
  });
}
