import assert from "node:assert/strict";
import { test } from "node:test";
import { lostSession, refusedSession } from "../../../src/mcp/lostSession.ts";

/** The code of an answer is told beside it, that of a body stands in it. */
const found = (status: number, text: string, code: number | undefined = codeIn(text), hadSession = true): string =>
  words(lostSession({ status, text, code }, hadSession));

/** The same of an error that names no request. */
const ofNoRequest = (status: number, text: string, code?: number, hadSession = true): string =>
  words(lostSession({ status, text, code, ofNoRequest: true }, hadSession));

const words = (lost: ReturnType<typeof lostSession>): string => {
  return lost === undefined ? "no" : lost.ranNothing ? "lost, and nothing ran" : "lost";
};

const codeIn = (text: string): number | undefined => Number(/"code":(-\d+)/.exec(text)?.[1]) || undefined;

const rpc = (code: number, message: string) => JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } });

/** What servers were seen to say, with who they are. */
const said = [
  ["reference SDK, its sample server", "Bad Request: No valid session ID provided"],
  ["reference SDK, stateful transport", "Bad Request: Server not initialized"],
  ["reference SDK, a request without its header", "Bad Request: Mcp-Session-Id header is required"],
  ["reference SDK, its older sample", "Invalid or missing session ID"],
  ["reference SDK, a session that ended", "Session not found"],
  ["Python SDK", "Not Found: Invalid or expired session ID"],
  ["Python SDK, a session that ended", "Not Found: Session has been terminated"],
  ["Python SDK, older", "Bad Request: Missing session ID"],
  ["Python SDK, a session that is not open yet", "Received request before initialization was complete"],
  ["mcp-go", "Invalid session ID"],
  ["mcp-go, a session that ended", "session terminated"],
  ["Java SDK", "Session not found: 3f2a0c"],
  ["Java SDK, without its header", "Session ID required in mcp-session-id header"],
  ["rmcp", "Unauthorized: Session not found"],
  ["rmcp, a first message", "Unexpected message, expect initialize request"],
  ["anubis", "Server not initialized"],
  ["Quarkus", "Client not initialized yet"],
  ["a proxy", "The MCP session does not exist or has expired"],
  ["another spelling", "Session is not initialised"],
] as const;

const bodies: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => rpc(-32000, text),
  (text) => rpc(-32001, text),
  (text) => rpc(-32600, text),
  (text) => JSON.stringify({ error: text }),
  (text) => JSON.stringify({ message: text }),
];

for (const [who, text] of said) {
  test(`a session is lost where the server refuses and says "${text}" (${who}), whatever its status and body`, () => {
    const kinds = new Set(
      [400, 401, 404, 410, 422].flatMap((status) => bodies.map((body) => found(status, body(text)))),
    );
    assert.deepEqual([...kinds], ["lost, and nothing ran"]);
  });

  test(`an answer or a breakdown that says "${text}" is a lost session, of which nothing ran where none was open`, () => {
    const kinds = new Set([-32000, -32001].map((code) => found(200, text, code)));
    const expected = /initiali[sz]/i.test(text) ? "lost, and nothing ran" : "lost";
    assert.deepEqual([...kinds, found(500, text), found(503, rpc(-32000, text))], [expected, "lost", "lost"]);
  });

  test(`what says "${text}" of no request, or that it is none, ran nothing, unless the session may have ended meanwhile`, () => {
    const expected = text.includes("terminated") ? "lost" : "lost, and nothing ran";
    const refused = [found(200, text, -32600), ofNoRequest(200, text, -32001), ofNoRequest(503, rpc(-32001, text))];
    assert.deepEqual(refused, Array(3).fill(expected));
  });
}

test("404 is a lost session by itself, and with nothing or a page in its body", () => {
  assert.deepEqual(
    ["", "Not Found", "<html>Not Found</html>", rpc(-32001, "no"), rpc(-32600, "no")].map((text) => found(404, text)),
    Array(5).fill("lost, and nothing ran"),
  );
});

test("an invalid request is a lost session where nothing else is said of it, of no request, in a session", () => {
  assert.deepEqual(
    [
      ...["Invalid Request", "Invalid request.", "INVALID REQUEST"].map((text) => ofNoRequest(200, text, -32600)),
      ...[found(200, "Invalid Request", -32600), ofNoRequest(200, "Invalid Request", -32600, false)],
      ...[ofNoRequest(200, "Invalid Request: no params", -32600), ofNoRequest(200, "Invalid Request", -32602)],
      ofNoRequest(500, "Invalid Request", -32600),
    ],
    [...Array(3).fill("lost, and nothing ran"), ...Array(5).fill("no")],
  );
});

test("JSON that is no answer of JSON-RPC refuses a session in so many words, as a text or with a message", () => {
  const refused = { code: -32600, message: "Session not found" };
  assert.deepEqual(
    [
      ...[{ error: "Session not found" }, { error: { message: "Session not found" } }].map(refusedSession),
      ...[{ error: "Rate limit exceeded" }, { error: null }, { error: { message: 7 } }, { error: {} }, {}].map(
        refusedSession,
      ),
    ],
    [refused, refused, ...Array(5).fill(undefined)],
  );
});

for (const [what, ...refusal] of [
  ["a policy", 200, "Tool Execution Denied: Policy evaluation denied due to session-not-found-a1", -32002],
  ["a resource that is not there", 200, "Resource not found: session://expired", -32002],
  ["a resource that is not there, with 404", 404, rpc(-32002, "Resource not found")],
  ["a method that is not there, with 404", 404, rpc(-32601, "Method not found")],
  ["an argument", 400, rpc(-32602, "session: expected text, found number")],
  ["an argument, as an answer", 200, "Invalid arguments: session is required", -32602],
  ["a tool's own state", 200, "The database is not initialized", -32000],
  ["a tool that cannot go on", 200, "Failed to initialize the model", -32603],
  ["a tool that knows sessions", 200, "Two sessions are open", -32000],
  ["a server that is busy", 503, "Service Unavailable"],
  ["a bad request", 400, "Bad Request"],
  ["a refusal", 403, "User not assigned to this application"],
  ["a page of a company's sign-in", 401, "<html>Your session has expired. Please sign in.</html>"],
] as const) {
  test(`a session is not lost by what is said of ${what}`, () => {
    const [status, text, code] = refusal;
    assert.equal(found(status, text, code), "no");
  });
}

test("a request that named no session is refused for want of one only in so many words", () => {
  const without = (status: number, text: string, code?: number) => found(status, text, code, false);
  assert.deepEqual(
    [
      ...[without(404, ""), without(404, "Not Found"), without(400, "your session"), without(500, "no session")],
      ...[without(400, "Mcp-Session-Id header is required"), without(400, "No valid session ID provided")],
      ...[without(422, "expect initialize request"), without(200, "Server not initialized", -32002)],
    ],
    [...Array(4).fill("no"), ...Array(4).fill("lost, and nothing ran")],
  );
});
