import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError } from "@modelcontextprotocol/client";
import { Server } from "@modelcontextprotocol/server";
import { refuseUnsafeInput, refuseUnsafeUrl, withSafeUrls } from "../../../src/mcp/elicitationUrls.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { caller, connectTo, recordingPeer, upstreamServer } from "../../support/mcpKernel.ts";

const here = [
  "http://localhost:8080/a",
  "http://127.0.0.1/",
  "http://[::1]/",
  "https://localhost/",
  "https://2130706433/",
];
const metadata = ["https://169.254.169.254/latest/", "https://metadata.google.internal/"];
const safe = ["https://gw.example/connect?x=1", "https://intranet.corp/consent", "https://10.1.2.3/"];
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
    const { message } = error as Error;
    if (ProtocolError.isInstance(error) && /not safe to open/.test(message)) return "refused";
    return ProtocolError.isInstance(error) && /has no business with/.test(message) ? "not its own" : message;
  }
};

/** What becomes of an address in each of the three ways to ask for it; undefined where they differ. */
function fate(url: unknown, server: URL | undefined): string | undefined {
  const error = new ProtocolError(-32042, "Open a page first", { elicitations: [null, { mode: "url", url }] });
  const fates = [
    refused(() => refuseUnsafeUrl(question(url), server)),
    refused(() => refuseUnsafeInput({ inputRequests: { a: null, b: question(url) } }, server)),
    ...(url === undefined
      ? []
      : [
          refused(() => {
            const passed = withSafeUrls(error, server);
            if (passed !== error) throw passed;
          }),
        ]),
  ];
  return new Set(fates).size === 1 ? fates[0] : undefined;
}

test("an address that is asked to be opened passes over https, and on this machine for a server of this machine", () => {
  const fates = (urls: readonly unknown[], server: string | undefined) => [
    ...new Set(urls.map((url) => fate(url, server === undefined ? undefined : new URL(server)))),
  ];
  const by = {
    public: "https://gw.example/mcp",
    private: "https://10.0.0.5/mcp",
    local: "http://127.0.0.1:3000/mcp",
    program: undefined,
  };
  const found = Object.fromEntries(
    Object.entries(by).map(([who, server]) => [who, [safe, here, metadata, unsafe].map((urls) => fates(urls, server))]),
  );
  assert.deepEqual(found, {
    public: [["passed"], ["not its own"], ["not its own"], ["refused"]],
    private: [["passed"], ["not its own"], ["not its own"], ["refused"]],
    local: [["passed"], ["passed"], ["not its own"], ["refused"]],
    program: [["passed"], ["passed"], ["not its own"], ["refused"]],
  });
});

test("forms and other questions and errors pass as they are", () => {
  const up = new URL("https://up.example/mcp");
  const form = { method: "elicitation/create", params: { message: "who?", url: "javascript:x" } };
  const error = new ProtocolError(-32602, "no", { elicitations: [{ url: "javascript:x" }] });
  assert.deepEqual(
    [
      refused(() => refuseUnsafeUrl(form, up)),
      refused(() => refuseUnsafeInput({}, up)),
      withSafeUrls(error, up) === error,
    ],
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
    const words = /not safe to open: https was expected, and it begins with|has no business with/.test(ending);
    seen.push({ passed, words });
  }
  return seen;
}

test("a server gets no unsafe address to a caller, in a question, in a result or in an error, and the call says why", async () => {
  assert.deepEqual(
    [
      await opened("file:///etc/passwd"),
      await opened("http://127.0.0.1:8080/admin"),
      await opened("https://gw.example/connect"),
    ],
    [false, false, true].map((passed) => [1, 2, 3].map(() => ({ passed, words: !passed }))),
  );
});
