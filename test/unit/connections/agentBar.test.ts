import assert from "node:assert/strict";
import { test } from "node:test";
import { type AgentRules, agentBar } from "../../../src/connections/agentBar.ts";
import { agentBarText } from "../../../src/connections/agentBarText.ts";

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
