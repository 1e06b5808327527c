import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { Server } from "@modelcontextprotocol/server";
import type { AuditEntry } from "../../src/gateway/audit/auditEntry.ts";
import type { GatewayOptions } from "../../src/gateway/gatewayOptions.ts";
import type { Target } from "../../src/gateway/router/target.ts";
import { initialize, withGateway } from "../support/gatewayCaller.ts";
import { until } from "../support/until.ts";

/** How a request is sent by hand, and how its caller goes on. */
interface Sent {
  readonly bytes: string;
  /** What the caller does once the bytes are on their way; without it the answer is waited for. */
  readonly leave?: (socket: Socket) => void;
}

type Line = readonly [method: string, decision: string, status: number, incomplete?: "request" | "answer"];

const posted = (body: string, more = "", path = "/mcp") =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

const asked = (method: string, path: string, more = "") =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

const destroy = (socket: Socket) => setTimeout(() => socket.destroy(), 30);
const reset = (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 30);
const halfClose = (socket: Socket) => setTimeout(() => socket.end(), 30);
const half = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhalf";

/** Every kind of request that reaches the listener, in as many bytes as it has, and its one line. */
const requests: Readonly<Record<string, readonly [Sent, Line]>> = {
  "a call without a token": [{ bytes: posted(JSON.stringify(initialize)) }, ["initialize", "noToken", 401]],
  "a body that is no JSON": [{ bytes: posted("{") }, ["POST", "noToken", 401]],
  TRACE: [{ bytes: asked("TRACE", "/mcp") }, ["TRACE", "noToken", 401]],
  CONNECT: [{ bytes: asked("CONNECT", "example.com:443") }, ["CONNECT", "refused", 405]],
  OPTIONS: [{ bytes: asked("OPTIONS", "/mcp") }, ["OPTIONS", "open", 204]],
  "an upgrade": [
    { bytes: asked("GET", "/mcp", "Connection: Upgrade\r\nUpgrade: websocket\r\n") },
    ["GET", "noToken", 401],
  ],
  "an upgrade to HTTP/2": [{ bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" }, ["unknown", "refused", 400]],
  "an expectation that there is not": [{ bytes: posted("{}", "Expect: the-unexpected\r\n") }, ["POST", "refused", 417]],
  "no host": [{ bytes: "POST /mcp HTTP/1.1\r\nContent-Length: 0\r\n\r\n" }, ["POST", "refused", 400]],
  "another host": [{ bytes: "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n" }, ["GET", "refused", 403]],
  "the metadata": [{ bytes: asked("GET", "/.well-known/oauth-protected-resource?a=secret") }, ["GET", "open", 200]],
  "a path that there is not": [{ bytes: asked("GET", "/etc/passwd") }, ["GET", "refused", 404]],
  "headers that are too long": [
    { bytes: asked("GET", "/mcp", `X: ${"x".repeat(300_000)}\r\n`) },
    ["unknown", "refused", 431],
  ],
  "a body that is too large": [{ bytes: posted(" ".repeat(6 * 1024 * 1024 + 1)) }, ["POST", "refused", 413]],
  "two lengths": [
    { bytes: asked("POST", "/mcp", "Content-Length: 1\r\nContent-Length: 2\r\n") },
    ["unknown", "refused", 400],
  ],
  "what is no request": [{ bytes: "nonsense\r\n\r\n" }, ["unknown", "refused", 400]],
  "a body that is cut off": [{ bytes: half, leave: destroy }, ["POST", "refused", 400, "request"]],
  "a body that is cut off by a reset": [{ bytes: half, leave: reset }, ["POST", "refused", 400, "request"]],
  "a body whose sender ends too early": [{ bytes: half, leave: halfClose }, ["POST", "refused", 400, "request"]],
  "a chunk that is none": [
    { bytes: asked("POST", "/mcp", "Transfer-Encoding: chunked\r\n").concat("zz\r\n") },
    ["POST", "refused", 400, "request"],
  ],
  "headers that are cut off": [
    { bytes: "POST /mcp HTTP/1.1\r\nHost: local", leave: halfClose },
    ["unknown", "refused", 400],
  ],
  "headers that are cut off by a reset": [
    { bytes: "POST /mcp HTTP/1.1\r\nHost: local", leave: reset },
    ["unknown", "refused", 400, "request"],
  ],
};

async function send(port: number, { bytes, leave }: Sent): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const closed = once(socket, "close");
  await once(socket, "connect");
  socket.write(bytes);
  if (leave) leave(socket.resume());
  // A connection may end without an answer.
  else socket.once("data", () => socket.destroy());
  await closed;
}

const lineOf = ({ method, decision, status, incomplete }: AuditEntry): Line =>
  incomplete === undefined ? [method, decision, status] : [method, decision, status, incomplete];

test("each request has one line in the audit, whatever it is and however it ends", async () => {
  await withGateway({}, async ({ gateway, audit }) => {
    const lines: Record<string, readonly Line[]> = {};
    const wanted: Record<string, readonly Line[]> = {};
    for (const [what, [sent, line]] of Object.entries(requests)) {
      audit.length = 0;
      await send(gateway.port, sent);
      await until(() => audit.length > 0, `the line about ${what}`);
      // One more request, so that a second line about the first would be here by now.
      await (await fetch(new URL("/last", gateway.url))).text();
      lines[what] = audit.map(lineOf);
      wanted[what] = [line, ["GET", "refused", 404]];
      assert.equal(JSON.stringify(audit).includes("secret"), false);
      assert.ok(audit.every(({ address }) => address === "127.0.0.1"));
    }
    assert.deepEqual(lines, wanted);
  });
});

test("there is one line in the audit about a greeting of TLS, and none about a connection that says nothing", async () => {
  await withGateway({}, async ({ gateway, audit }) => {
    const silent = connect(gateway.port, "127.0.0.1");
    await once(silent, "connect");
    silent.destroy();
    const tls = connectTls({ port: gateway.port, host: "127.0.0.1", rejectUnauthorized: false });
    await once(tls, "error");
    await until(() => audit.length > 0, "the line");
    assert.deepEqual(audit.map(lineOf), [["unknown", "refused", 400]]);
  });
});

/** A target whose one tool answers when the test says so. */
function slowTarget(): { readonly target: Target; readonly called: Promise<void>; readonly finish: () => void } {
  let begun = () => {};
  let finish = () => {};
  const called = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const create = () => {
    const server = new Server({ name: "slow", version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", async () => ({
      tools: [{ name: "wait", inputSchema: { type: "object" as const } }],
    }));
    server.setRequestHandler("tools/call", async () => {
      begun();
      await finished;
      return { content: [] };
    });
    return server;
  };
  return { target: { kind: "inProcess", name: "slow", create }, called, finish };
}

test("a call whose caller left before its answer has one line, which says so", async () => {
  const { target, called, finish } = slowTarget();
  await withGateway({ targets: [target] }, async ({ gateway, issuer, audit, post }) => {
    const token = await issuer.token();
    const { session } = await post(token);
    const body = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "slow___wait" } });
    const more = `Authorization: Bearer ${token}\r\nAccept: application/json, text/event-stream\r\nMcp-Session-Id: ${session}\r\n`;
    const socket = connect(gateway.port, "127.0.0.1");
    socket.write(posted(body, more));
    await called;
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    finish();
    await until(() => audit.length >= 2, "the line about the call");
    await post(undefined);
    assert.deepEqual(
      audit.map(({ method, tool, incomplete }) => [method, tool, incomplete]),
      [
        ["initialize", undefined, undefined],
        ["tools/call", "slow___wait", "answer"],
        ["initialize", undefined, undefined],
      ],
    );
  });
});

test("whoever a limit turns away is in the audit, once for each time and in order", async () => {
  const options: Partial<GatewayOptions> = { limits: { subject: { rate: 1, period: "minute", burst: 2 } } };
  await withGateway(options, async ({ issuer, audit, post }) => {
    const token = await issuer.token();
    const statuses: number[] = [];
    for (let time = 0; time < 5; time++) statuses.push((await post(token)).status);
    assert.deepEqual(statuses, [200, 200, 429, 429, 429]);
    assert.deepEqual(
      audit.map(({ status }) => status),
      statuses,
    );
  });
});

test("of many requests at once each has one line, under the id that its caller was told", async () => {
  await withGateway({}, async ({ gateway, issuer, audit }) => {
    const token = await issuer.token();
    const ask = async (at: number) => {
      const headers = {
        ...(at % 2 === 0 && { authorization: `Bearer ${token}` }),
        accept: "application/json, text/event-stream",
      };
      const response = await fetch(gateway.url, { method: "POST", headers, body: JSON.stringify(initialize) });
      await response.text();
      return response.headers.get("x-amzn-requestid");
    };
    const ids = await Promise.all(Array.from({ length: 200 }, (_, at) => ask(at)));
    assert.equal(audit.length, 200);
    assert.deepEqual(audit.map(({ requestId }) => requestId).sort(), ids.sort());
  });
});
