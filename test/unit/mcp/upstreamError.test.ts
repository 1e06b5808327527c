import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { SessionLost, upstreamError } from "../../../src/mcp/upstreamError.ts";

const http = (status: number, text = "") =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "", { status, text });
const rpc = JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32602, message: "no", data: { field: "x" } } });

function found(error: unknown, hadSession: boolean): string {
  const result = upstreamError(error, hadSession, undefined);
  if (result instanceof SessionLost) return result.message === "session unknown" ? "session lost" : result.message;
  if (ProtocolError.isInstance(result)) return `answer ${result.code} ${JSON.stringify(result.data)}`;
  return result === error ? "as it is" : "?";
}

test("a session is lost when the server says that it does not know it, by its status or as an answer", () => {
  assert.deepEqual(
    [
      found(http(404), true),
      found(http(404, "Session not found"), true),
      found(http(400, "Bad Request: No valid session ID provided"), true),
      found(http(404), false),
      found(http(400, "Bad Request"), true),
      found(http(503, "session"), true),
      found(new ProtocolError(-32002, "Server not initialized"), true),
      found(new ProtocolError(-32002, "Resource not found"), true),
    ],
    [
      ...["session lost", "session lost", "session lost", "as it is", "as it is", "as it is", "session lost"],
      "answer -32002 undefined",
    ],
  );
});

test("a revision that was agreed on and is refused now is told as that, by its status or as an answer", () => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32022, message: "no" } });
  assert.deepEqual(
    [found(http(400, body), true), found(http(400, body), false), found(new ProtocolError(-32022, "no"), false)],
    Array(3).fill("revision refused"),
  );
});

test("a JSON-RPC error in the body of an HTTP error is the server's own answer", () => {
  assert.deepEqual(
    [found(http(400, rpc), false), found(http(500, rpc), true), found(http(500, '{"error":"x"}'), true)],
    ['answer -32602 {"field":"x"}', 'answer -32602 {"field":"x"}', "as it is"],
  );
});

test("every other error is left as it is", () => {
  assert.deepEqual(
    [found(new RangeError("x"), true), found(new ProtocolError(-1, "x"), true), found("text", false)],
    ["as it is", "answer -1 undefined", "as it is"],
  );
});
