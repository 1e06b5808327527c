import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { GatewayFailure } from "../../../src/failures/failure.ts";
import { streamEnded } from "../../../src/mcp/watchedTransport.ts";
import { gatewayError, SessionLost, wasNeverSent } from "../../../src/relay/gatewayError.ts";

const place = { name: "Test", url: "https://gateway.example/mcp" };
const http = (status: number, text = "") =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "", { status, text });
const found = (error: unknown, hadSession = false) => {
  const result = gatewayError(error, { ...place, hadSession });
  if (result instanceof SessionLost) return "session lost";
  return result instanceof ProtocolError ? `answer ${result.code}` : result.code;
};

test("what the SDK throws becomes the failure a person can act on", () => {
  const reason = new GatewayFailure("sign_in_needed", { gateway: "Test" });
  const rpc = JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32602, message: "no" } });
  assert.deepEqual(
    [
      found(reason),
      found(new SdkError(SdkErrorCode.EraNegotiationFailed, "probe failed", undefined, { cause: reason })),
      found(new ProtocolError(-32601, "unknown")),
      found(new ProtocolError(streamEnded.code, streamEnded.message)),
      found(http(404), true),
      found(http(404)),
      found(http(400, "Bad Request: No valid session ID provided"), true),
      found(http(400, rpc)),
      found(http(503)),
      found(new SdkError(SdkErrorCode.ClientHttpUnexpectedContent, "html", { contentType: "text/html" })),
      found(new SdkError(SdkErrorCode.ConnectionClosed, "closed")),
      found(new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) })),
      found("?"),
    ],
    [
      "sign_in_needed",
      "sign_in_needed",
      "answer -32601",
      "gateway_connection_lost",
      "session lost",
      "gateway_not_found",
      "session lost",
      "answer -32602",
      "gateway_error",
      "not_an_mcp_server",
      "gateway_connection_lost",
      "gateway_unreachable",
      "unexpected",
    ],
  );
});

test("only a failure before the request was written counts as never sent", () => {
  const because = (code: string) =>
    new GatewayFailure(
      "gateway_unreachable",
      { url: place.url, reason: code },
      { cause: new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) }) },
    );
  const codes = ["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT", "ECONNRESET", "UND_ERR_SOCKET", "ETIMEDOUT"];
  assert.deepEqual(
    codes.filter((code) => wasNeverSent(because(code))),
    ["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"],
  );
});
