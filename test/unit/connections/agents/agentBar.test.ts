import assert from "node:assert/strict";
import { test } from "node:test";
import { type AgentRules, agentBar } from "../../../../src/connections/agents/agentBar.ts";
import { agentBarText } from "../../../../src/connections/agents/agentBarText.ts";

const server = { name: "finance", address: "unix:/tmp/gc/relay.sock#/3243b23006" };
const judge = (rules: Partial<AgentRules>) =>
  agentBar(server, { access: "all", allowed: null, denied: undefined, ...rules });

const cases: readonly (readonly [what: string, rules: Partial<AgentRules>, bar: ReturnType<typeof judge>])[] = [
  ["no rule", {}, undefined],
  ["no access", { access: "none" }, "off"],
  ["access by registry, which filters nothing of extensions", { access: "registry" }, undefined],
  ["an empty list", { allowed: [] }, "notAllowed"],
  ["its name", { allowed: [{ serverName: "finance" }] }, undefined],
  ["its name in other letters", { allowed: [{ serverName: "Finance" }] }, "notAllowed"],
  ["a name with a star", { allowed: [{ serverName: "*" }] }, "notAllowed"],
  [
    "the gateway's address, which is not the socket's",
    { allowed: [{ serverUrl: "https://gw.example.com/*" }] },
    "notAllowed",
  ],
  ["any address of the web on this machine", { allowed: [{ serverUrl: "http://127.0.0.1:*/*" }] }, "notAllowed"],
  ["every socket", { allowed: [{ serverUrl: "unix:/*" }] }, undefined],
  ["a star for the authority, which a socket has none of", { allowed: [{ serverUrl: "unix:*" }] }, "notAllowed"],
  ["three slashes", { allowed: [{ serverUrl: "unix:///*" }] }, "notAllowed"],
  [
    "a rule of two kinds counts for nothing",
    { allowed: [{ serverName: "finance", serverUrl: "unix:/*" }] },
    "notAllowed",
  ],
  ["a command and another rule", { allowed: [{ serverCommand: ["node"] }, { serverName: "finance" }] }, undefined],
  ["what is no rule", { allowed: ["finance", null, { serverName: "" }] }, "notAllowed"],
  ["denied, and allowed too", { allowed: [{ serverName: "finance" }], denied: [{ serverUrl: "unix:/*" }] }, "denied"],
  ["another one is denied", { denied: [{ serverName: "hr" }] }, undefined],
];

for (const [what, rules, bar] of cases) {
  test(`${what}: ${bar ?? "the agent has its tools"}`, () => assert.equal(judge(rules), bar));
}

test("what an allowlist lacks is told as it has to stand there", () => {
  const entry = /\{.*\}/.exec(agentBarText("notAllowed", server))?.[0] ?? "";
  assert.equal(judge({ allowed: [JSON.parse(entry)] }), undefined);
});

/** What VS Code 1.139.1 says of each, asked of its own functions. */
const addresses: readonly (readonly [pattern: string, address: string, isAllowed: boolean])[] = [
  ["https://gw.example.com/mcp", "https://gw.example.com/mcp", true],
  ["HTTPS://GW.example.com:443/mcp", "https://gw.example.com/mcp", true],
  ["https://somebody@gw.example.com/mcp#here", "https://gw.example.com/mcp", true],
  ["https://gw.example.com/mcp/", "https://gw.example.com/mcp", false],
  ["https://gw.example.com", "https://gw.example.com/mcp", false],
  ["https://gw.example.com/*", "https://gw.example.com/mcp?x=1", true],
  ["https://*.example.com/*", "https://gw.example.com/mcp", true],
  ["https://*.example.com/*", "https://example.com/mcp", false],
  ["https://*/mcp", "https://evil.example/x/mcp", false],
  ["https://*.example.com/*", "https://evil.example/a.example.com/", false],
  ["https://gw.example.com:*/mcp", "https://gw.example.com:8443/mcp", true],
  ["https://gw.example.com:*/mcp", "https://gw.example.com/mcp", true],
  ["https://gw.example.com:80/*", "https://gw.example.com/mcp", false],
  ["http://[::1]:*/mcp", "http://[::1]:8443/mcp", true],
  ["http://[::1*/mcp", "http://[::1]:8443/mcp", false],
  ["https://*", "https://gw.example.com/", true],
  ["https://*", "https://gw.example.com/mcp", false],
  ["*", "https://gw.example.com/mcp", false],
  ["https://?*", "https://gw.example.com/mcp", false],
];

for (const [pattern, address, isAllowed] of addresses) {
  test(`${pattern} ${isAllowed ? "allows" : "does not allow"} ${address}`, () => {
    const rules: AgentRules = { access: "all", allowed: [{ serverUrl: pattern }], denied: undefined };
    assert.equal(agentBar({ name: "finance", address }, rules) === undefined, isAllowed);
  });
}
