import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { isRefusal, SessionLost, upstreamError } from "../../../src/mcp/upstreamError.ts";

const http = (status: number, text = "") =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "", { status, text });
const rpc = JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32602, message: "no", data: { field: "x" } } });

function found(error: unknown, hadSession: boolean): string {
  const result = upstreamError(error, hadSession);
  if (result instanceof SessionLost) return "session lost";
  if (ProtocolError.isInstance(result)) return `answer ${result.code} ${JSON.stringify(result.data)}`;
  return result === error ? "as it is" : "?";
}

test("a session is lost when one was named and the server does not know it, in either of two ways to say so", () => {
  assert.deepEqual(
    [
      found(http(404), true),
      found(http(404, "Session not found"), true),
      found(http(400, "Bad Request: No valid session ID provided"), true),
      found(http(404), false),
      found(http(400, "No valid session ID provided"), false),
      found(http(400, "Bad Request"), true),
      found(http(503, "session"), true),
    ],
    ["session lost", "session lost", "session lost", "as it is", "as it is", "as it is", "as it is"],
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

test("a server that answered refused; one that was not reached or is not there did not", () => {
  const unexpected = new SdkError(SdkErrorCode.ClientHttpUnexpectedContent, "html");
  assert.deepEqual(
    [new ProtocolError(-32601, "x"), http(400), http(503), unexpected, http(404), new TypeError("fetch failed")].map(
      isRefusal,
    ),
    [true, true, true, true, false, false],
  );
});
