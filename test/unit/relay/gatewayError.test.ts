import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnsupportedProtocolVersionError,
} from "@modelcontextprotocol/client";
import { Server } from "@modelcontextprotocol/server";
import { type AnyFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import { AnswerTooLarge } from "../../../src/lib/httpPort.ts";
import { answerTooLarge, streamEnded } from "../../../src/mcp/answerTo.ts";
import { wasNeverSent } from "../../../src/mcp/networkCauses.ts";
import { LinkClosed, SessionLost } from "../../../src/mcp/upstreamError.ts";
import { gatewayError } from "../../../src/relay/gatewayError.ts";
import { connectTo, upstreamServer } from "../../support/mcpKernel.ts";

const place = { name: "Test", url: "https://gateway.example/mcp" };
const http = (status: number) => new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "", { status, text: "" });
const found = (error: unknown, wasSent = false) => {
  const result = gatewayError(error, { ...place, wasSent });
  return result instanceof ProtocolError ? `answer ${result.code}` : result.code;
};

test("what the SDK throws becomes the failure a person can act on", () => {
  const reason = new GatewayFailure("sign_in_needed", { gateway: "Test" });
  assert.deepEqual(
    [
      found(reason),
      found(new SdkError(SdkErrorCode.EraNegotiationFailed, "probe failed", undefined, { cause: reason })),
      found(new ProtocolError(-32601, "unknown")),
      found(new ProtocolError(streamEnded.code, streamEnded.message)),
      found(new SessionLost("session unknown", true)),
      found(new LinkClosed("closed")),
      found(http(404)),
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
      "gateway_connection_lost",
      "gateway_connection_lost",
      "gateway_not_found",
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

test("what went wrong while a request waited may have taken effect, but for what was never sent", () => {
  const unreachable = (code: string) =>
    new GatewayFailure(
      "gateway_unreachable",
      { url: place.url, reason: code },
      { cause: new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) }) },
    );
  const terminated = new TypeError("terminated", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
  const errors = [unreachable("ECONNRESET"), terminated, unreachable("ECONNREFUSED")];
  assert.deepEqual(
    [errors.map((error) => found(error, true)), errors.slice(0, 3).map((error) => found(error))],
    [
      ["gateway_connection_lost", "gateway_connection_lost", "gateway_unreachable"],
      Array(3).fill("gateway_unreachable"),
    ],
  );
});

test("an answer that is too large is told as that, whichever way it came, and nobody is told to try again", () => {
  const { code, message, data } = answerTooLarge(32 * 1024 * 1024);
  const inStream = new ProtocolError(code, message, data);
  const failures = [new AnswerTooLarge(32 * 1024 * 1024), inStream].map((error) =>
    gatewayError(error, { ...place, wasSent: true }),
  );
  assert.deepEqual(
    failures.map((failure) => failure instanceof GatewayFailure && { code: failure.code, facts: failure.facts }),
    Array(2).fill({ code: "answer_too_large", facts: { url: place.url, limit: "32 MiB", isResult: true } }),
  );
});

test("what the gateway wrote beside its status is kept as its words, and a page or nothing is none", () => {
  const refusal = (text: string, status = 403) => {
    const error = new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "", { status, text });
    const { code, facts } = gatewayError(error, { ...place, wasSent: false }) as GatewayFailure;
    return { code, facts };
  };
  const facts = { url: place.url, status: 403 };
  assert.deepEqual(
    [refusal("User not assigned to this application.\n"), refusal("<html>", 502), refusal("", 502)],
    [
      { code: "gateway_error", facts: { ...facts, words: "User not assigned to this application" } },
      { code: "gateway_error", facts: { ...facts, status: 502 } },
      { code: "gateway_error", facts: { ...facts, status: 502 } },
    ],
  );
  // Nothing of a gateway's own says so.
  const inUse = { url: place.url, inUse: true };
  assert.deepEqual(
    [refusal("<html>Forbidden</html>"), refusal(""), refusal('{"message":"Forbidden"}')],
    [
      { code: "gateway_forbidden", facts: inUse },
      { code: "gateway_forbidden", facts: inUse },
      { code: "gateway_forbidden", facts: { ...inUse, words: "Forbidden" } },
    ],
  );
});

test("what AWS says by a rule of its own is told as that, whether by a status or in an answer", () => {
  const error = (code: number, message: string, data?: unknown) => ProtocolError.fromError(code, message, data);
  const codeOf = (given: unknown) => (gatewayError(given, { ...place, wasSent: true }) as { code: unknown }).code;
  const policy = "Tool Execution Denied: Tool call not allowed due to policy enforcement [no determining policies]";
  assert.deepEqual(
    [
      codeOf(error(-32003, "Rate limit exceeded", { limitKey: "a/b=c", retryAfter: 2 })),
      codeOf(error(-32002, policy)),
      codeOf(new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "", { status: 429, text: "" })),
      // A server's own use of the code, and a resource that is not there, stay its own.
      codeOf(error(-32003, "no")),
      codeOf(error(-32002, "Resource not found")),
    ],
    ["rate_limited", "policy_denied", "rate_limited", -32003, -32002],
  );
});

test("a gateway that answers initialize with a revision nobody knows is told as that, with the revision", async () => {
  const server = upstreamServer("legacy", () => new Server({ name: "up", version: "1" }));
  server.intercept = ({ method, id }) =>
    method === "initialize"
      ? Response.json({
          jsonrpc: "2.0",
          id,
          result: {
            protocolVersion: "2099-01-01\u001b[2J",
            capabilities: {},
            serverInfo: { name: "up", version: "1" },
          },
        })
      : undefined;
  const failure = await connectTo(server).then(
    () => undefined,
    (error: unknown) => gatewayError(error, { ...place, wasSent: false }) as AnyFailure,
  );
  const { title, detail } = failureText(failure as AnyFailure);
  assert.deepEqual(
    {
      code: failure?.code,
      title,
      named: /answered with 2099-01-01\.$/.test(detail),
      ours: detail.includes("2026-07-28"),
    },
    {
      code: "protocol_version_unknown",
      title: "The gateway speaks a revision of MCP that is not known here.",
      named: true,
      ours: true,
    },
  );
});

test("a gateway that lists other revisions than ours in its refusal is told as that too", () => {
  const error = new UnsupportedProtocolVersionError({ supported: ["2030-01-01"], requested: "2026-07-28" });
  const { code, facts } = gatewayError(error, { ...place, wasSent: false }) as AnyFailure;
  assert.deepEqual([code, (facts as { found?: unknown }).found], ["protocol_version_unknown", ["2030-01-01"]]);
});

test("what the SDK thinks of an answer is said in words, and not by its code", () => {
  const reasons = [
    [new SdkError(SdkErrorCode.InvalidResult, "no"), true],
    [new SdkError(SdkErrorCode.UnsupportedResultType, "no"), true],
    [new SdkError(SdkErrorCode.RequestTimeout, "no"), false],
  ].map(([error, wasSent]) => {
    const failure = gatewayError(error, { ...place, wasSent: wasSent === true });
    return failure instanceof ProtocolError ? undefined : [failure.code, (failure.facts as { reason?: string }).reason];
  });
  const invalid = ["gateway_connection_lost", "the answer is none of the revision of MCP that was agreed on"];
  assert.deepEqual(reasons, [invalid, invalid, ["gateway_unreachable", "no answer in time"]]);
});
