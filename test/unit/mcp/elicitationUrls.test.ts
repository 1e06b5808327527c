import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError } from "@modelcontextprotocol/client";
import { Server } from "@modelcontextprotocol/server";
import { refuseUnsafeInput, refuseUnsafeUrl, withSafeUrls } from "../../../src/mcp/elicitationUrls.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { caller, connectTo, recordingPeer, upstreamServer } from "../../support/mcpKernel.ts";

const safe = ["https://gw.example/connect?x=1", "http://localhost:8080/a", "http://127.0.0.1/", "http://[::1]/"];
const unsafe = [
  "javascript:alert(1)",
  "JavaScript:alert(1)",
  "file:///etc/passwd",
  "http://gw.example/",
  "vscode://publisher.extension/run",
  "data:text/html,x",
  "ms-msdt:/id",
  "\u0000javascript:x",
  "not an address",
  "",
  7,
  null,
  undefined,
];

const question = (url: unknown) => ({ method: "elicitation/create", params: { mode: "url", message: "Open it", url } });
const refused = (act: () => unknown): string => {
  try {
    act();
    return "passed";
  } catch (error) {
    return ProtocolError.isInstance(error) && /not safe to open/.test(error.message) ? "refused" : String(error);
  }
};

test("an address that is asked to be opened passes over https and on this machine, and no other one does", () => {
  const byQuestion = (url: unknown) => refused(() => refuseUnsafeUrl(question(url)));
  const byInput = (url: unknown) => refused(() => refuseUnsafeInput({ inputRequests: { a: null, b: question(url) } }));
  const byError = (url: unknown) => {
    const error = new ProtocolError(-32042, "Open a page first", { elicitations: [null, { mode: "url", url }] });
    return withSafeUrls(error) === error ? "passed" : "refused";
  };
  for (const by of [byQuestion, byInput]) {
    assert.deepEqual([...safe, ...unsafe].map(by), [...safe.map(() => "passed"), ...unsafe.map(() => "refused")]);
  }
  const named = unsafe.filter((url) => url !== undefined);
  assert.deepEqual([...safe, ...named].map(byError), [...safe.map(() => "passed"), ...named.map(() => "refused")]);
});

test("forms and other questions and errors pass as they are", () => {
  const form = { method: "elicitation/create", params: { message: "who?", url: "javascript:x" } };
  const error = new ProtocolError(-32602, "no", { elicitations: [{ url: "javascript:x" }] });
  assert.deepEqual(
    [refused(() => refuseUnsafeUrl(form)), refused(() => refuseUnsafeInput({})), withSafeUrls(error) === error],
    ["passed", "passed", true],
  );
});

/** What a caller is asked, and how its call ends, where a server asks for this address in any of the three ways. */
async function opened(url: string) {
  const modern = upstreamServer("modern", () => {
    const server = new Server({ name: "up", version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/call", async () => ({}) as never);
    return server;
  });
  let result: Json = { resultType: "input_required", inputRequests: { a: question(url) }, requestState: "s" };
  modern.intercept = ({ method, id }) => {
    if (method !== "tools/call") return undefined;
    const answer = Response.json({ jsonrpc: "2.0", id, result });
    result = { content: [], resultType: "complete" };
    return answer;
  };
  const legacy = upstreamServer("legacy", () => {
    const server = new Server({ name: "up", version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/call", async ({ params }, ctx) => {
      if (params.name === "fails") {
        throw Object.assign(new Error("first"), { code: -32042, data: { elicitations: [{ mode: "url", url }] } });
      }
      await ctx.mcpReq.send({ method: "elicitation/create", params: { ...question(url).params, elicitationId: "e" } });
      return { content: [] };
    });
    return server;
  });
  const seen = [];
  for (const [server, name] of [
    [modern, "asks"],
    [legacy, "asks"],
    [legacy, "fails"],
  ] as const) {
    const { peer, asked } = recordingPeer({ action: "accept" });
    const capabilities = { elicitation: { url: {} } };
    const { connection } = await connectTo(server, { peer, caller: { ...caller, capabilities } });
    const ending = await connection
      .request({ method: "tools/call", params: { name, arguments: {} }, options: {} })
      .then(
        () => "done",
        ({ message, data }: { message: string; data?: unknown }) => `${message} ${JSON.stringify(data) ?? ""}`,
      );
    await connection.close();
    const passed = asked.length > 0 || ending.includes(url);
    seen.push({ passed, words: /not safe to open: https was expected, and it begins with/.test(ending) });
  }
  return seen;
}

test("a server gets no unsafe address to a caller, in a question, in a result or in an error, and the call says why", async () => {
  assert.deepEqual(
    [await opened("file:///etc/passwd"), await opened("https://gw.example/connect")],
    [[1, 2, 3].map(() => ({ passed: false, words: true })), [1, 2, 3].map(() => ({ passed: true, words: false }))],
  );
});
