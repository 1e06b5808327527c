import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { InMemoryTransport, type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import { suggestedName } from "../../../src/connections/connection.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import type { Catalogue } from "../../../src/relay/catalogue.ts";
import { Relay } from "../../../src/relay/relay.ts";
import { answerEarly, answerTo, sessionVersions } from "../../../src/standalone/earlyAnswer.ts";
import { recordingLog } from "../../support/fakePorts.ts";

const url = new URL("https://mcp.example.com/mcp");
const version = "1.2.3";
const catalogue: Catalogue = {
  era: "legacy",
  serverInfo: { name: "theirs" },
  capabilities: { tools: {}, logging: {}, resources: { subscribe: true } },
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  readAt: 1,
};
const params = {
  protocolVersion: "2025-06-18",
  capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } },
  clientInfo: { name: "host", version: "1", title: "Host" },
};
const lineOf = (message: object) => new TextEncoder().encode(JSON.stringify(message));
const initialize = (changes: object = {}) => ({
  ...{ jsonrpc: "2.0", id: 0, method: "initialize" },
  params: { ...params, ...changes },
});

/** What the relay itself answers. */
async function ofTheRelay(known: Catalogue, message: object): Promise<unknown> {
  const relay = new Relay(
    { id: "a", name: suggestedName(url), url: url.href, version },
    {
      access: {
        fetch: async () => {
          throw new Error("nobody is asked");
        },
        ready: async () => false,
        signIn: async () => ({ kind: "cancelled" }),
      },
      catalogue: { read: () => known, write: async () => {} },
      log: recordingLog(),
      now: () => 0,
      failureWords: failureText,
    },
  );
  const [host, line] = InMemoryTransport.createLinkedPair();
  const answered = new Promise((resolve) => {
    host.onmessage = resolve;
  });
  await host.start();
  await relay.openSession(line);
  await host.send(message as JSONRPCMessage);
  const answer = await answered;
  await relay.close();
  return JSON.parse(JSON.stringify(answer));
}

for (const [what, known, message] of [
  ["a gateway that says little", { ...catalogue, capabilities: {} }, initialize()],
  ["a gateway that says much", { ...catalogue, instructions: "Use it well." }, initialize()],
  ["a gateway that says nothing about its use", { ...catalogue, instructions: "" }, initialize()],
  ["an id that is a text", catalogue, { ...initialize(), id: "a" }],
  ["a host that can do nothing", catalogue, initialize({ capabilities: {}, clientInfo: { name: "", version: "" } })],
  ...sessionVersions.map((protocolVersion) => [protocolVersion, catalogue, initialize({ protocolVersion })] as const),
] as const) {
  test(`the early answer is the relay's own: ${what}`, async () => {
    const early = answerTo(lineOf(message), { catalogue: known, url, version });
    assert.deepEqual(early, await ofTheRelay(known, message));
  });
}

test("the revisions of sessions are those that the relay speaks", () => {
  assert.deepEqual(
    sessionVersions,
    SUPPORTED_PROTOCOL_VERSIONS.filter((one) => one < "2026"),
  );
});

for (const [what, message] of [
  ["another request", { ...initialize(), method: "ping" }],
  ["a notification", { jsonrpc: "2.0", method: "initialize", params }],
  ["a revision that has to be agreed on", initialize({ protocolVersion: "2099-01-01" })],
  ["no name", initialize({ clientInfo: { version: "1" } })],
  ["a capability of no form that is known", initialize({ capabilities: { roots: { listChanged: "yes" } } })],
  ["metadata", initialize({ _meta: {} })],
] as const) {
  test(`is left to the relay: ${what}`, () => {
    assert.equal(answerTo(lineOf(message), { catalogue, url, version }), undefined);
  });
}

test("what was read early is there for the next reader, whole, and so is what came in pieces", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const early = answerEarly({ input, output, catalogue, url, version });
  const text = `${JSON.stringify(initialize())}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n`;
  input.write(text.slice(0, 20));
  await new Promise((resolve) => setImmediate(resolve));
  input.write(text.slice(20));
  await early.looked;
  input.write("more");
  const answered = early.stop();
  let rest = "";
  input.on("data", (chunk: Buffer) => {
    rest += chunk.toString();
  });
  input.resume();
  await new Promise((resolve) => setImmediate(resolve));
  const answer = JSON.parse(String(output.read())) as { readonly id?: unknown };
  assert.deepEqual({ answered, id: answer.id, rest }, { answered: 0, id: 0, rest: `${text}more` });
});
