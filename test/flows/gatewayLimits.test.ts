import assert from "node:assert/strict";
import { readFile, rm, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { type CallToolResult, Server } from "@modelcontextprotocol/server";
import { auditFile } from "../../src/gateway/audit/auditFile.ts";
import { prometheusMetrics } from "../../src/gateway/metrics/prometheusMetrics.ts";
import type { Target } from "../../src/gateway/router/target.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { connectClient, echoTarget, initialize, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

const call = (name: string, args: unknown = {}) => ({
  jsonrpc: "2.0",
  id: 2,
  method: "tools/call",
  params: { name, arguments: args },
});

/** A target whose one tool answers when it is told to. */
function held(): { readonly target: Target; readonly calls: () => number; release(): void } {
  let calls = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const target: Target = {
    kind: "inProcess",
    name: "held",
    create: () => {
      const server = new Server({ name: "held", version: "1" }, { capabilities: { tools: {} } });
      server.setRequestHandler("tools/call", async (): Promise<CallToolResult> => {
        calls++;
        await released;
        return { content: [{ type: "text", text: "finished" }] };
      });
      return server;
    },
  };
  return { target, calls: () => calls, release };
}

test("whoever comes too often is told when to come again, and nobody else is kept waiting", async () => {
  let now = Date.now();
  const limits = { subject: { rate: 3, period: "minute" } } as const;
  await withGateway({ limits, now: () => now }, async ({ gateway, issuer }) => {
    const send = async (sub: string, message: unknown) => {
      const response = await fetch(gateway.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          authorization: `Bearer ${await issuer.token({ sub })}`,
        },
        body: JSON.stringify(message),
      });
      const body = await response.text();
      return [response.status, response.headers.get("retry-after"), response.status === 429 ? JSON.parse(body) : ""];
    };
    const seen: unknown[] = [];
    for (const sub of ["ada", "ada", "ada", "ada", "eve"]) seen.push(await send(sub, initialize));
    // An answer and a notification are never too many: without them a call that is allowed could not end.
    seen.push((await send("ada", { jsonrpc: "2.0", method: "notifications/initialized" }))[0] !== 429);
    now += 20_000;
    seen.push((await send("ada", initialize))[0]);
    const error = { code: -32000, message: "Too many requests. Please retry later." };
    assert.deepEqual(seen, [
      [200, null, ""],
      [200, null, ""],
      [200, null, ""],
      [429, "20", { jsonrpc: "2.0", id: 1, error }],
      [200, null, ""],
      true,
      200,
    ]);
  });
});

test("a tool that is called too often has its own limit, whoever calls it", async () => {
  const limits = { tools: { here___echo: { rate: 2, period: "minute" } } } as const;
  const metrics = prometheusMetrics(() => ["here"]);
  await withGateway({ limits, metrics }, async ({ gateway, issuer, post }) => {
    const seen: Record<string, number[]> = {};
    for (const sub of ["ada", "eve"]) {
      const token = await issuer.token({ sub });
      const session = { "mcp-session-id": (await post(token)).session ?? "" };
      seen[sub] = [];
      for (const name of ["here___echo", "here___echo", "here___context"]) {
        seen[sub]?.push((await post(token, call(name), session)).status);
      }
    }
    const page = await (await fetch(new URL("/metrics", gateway.url))).text();
    assert.deepEqual(
      {
        seen,
        counted: gateway.counters().toolCalls,
        figure: /^gateway_limited_total\{limit="tool"\} (\d+)$/m.exec(page)?.[1],
      },
      {
        seen: { ada: [200, 200, 200], eve: [429, 429, 200] },
        counted: { here___echo: 2, here___context: 2 },
        figure: "2",
      },
    );
  });
});

for (const version of versions) {
  test(`${version}: a gateway that stops finishes the calls it has, lets nobody in, and says so`, async () => {
    const { target, calls, release } = held();
    const gateway = await startGateway({ targets: [target, echoTarget()] });
    const health = async () => {
      const response = await fetch(new URL("/healthz", gateway.url));
      return [response.status, await response.json()];
    };
    const client = await connectClient(gateway.url, version);
    const other = await connectClient(gateway.url, version);
    const before = await health();
    const open = client.callTool({ name: "held___x" });
    await until(() => calls() === 1, "the call");
    const stopped = gateway.stop({ withinMs: 60_000 });
    const refused = await other.callTool({ name: "here___echo" }).catch(() => "refused");
    const during = await health();
    release();
    const finished = textOf(await open);
    await stopped;
    const after = await health().catch(() => "gone");
    for (const one of [client, other]) await one.close();
    assert.deepEqual(
      { before, refused, during, finished, after },
      {
        before: [200, { status: "ok" }],
        refused: "refused",
        during: [503, { status: "stopping" }],
        finished: "finished",
        after: "gone",
      },
    );
  });

  test(`${version}: a call that does not end in time is cut off by the stop, as are streams of news`, async () => {
    const { target, calls } = held();
    const gateway = await startGateway({ targets: [target] });
    const client = await connectClient(gateway.url, version);
    if (version === "2026-07-28") await client.listen({ toolsListChanged: true });
    const open = client.callTool({ name: "held___x" }).catch(() => "cut off");
    await until(() => calls() === 1, "the call");
    await gateway.stop({ withinMs: 20 });
    // Which of the two the client does about a connection that ended is its own affair; the gateway is gone.
    await client.close();
    assert.equal(await open, "cut off");
  });

  test(`${version}: the audit is a file of JSON lines with each request, and nothing that is private`, async () => {
    const folder = makeTemporaryFolder("audit");
    const path = join(folder, "audit.jsonl");
    const log = auditFile(path);
    const secret = "do-not-write-this-down";
    const tokens: string[] = [];
    await withGateway({ audit: log.write }, async ({ gateway, issuer, post }) => {
      const token = await issuer.token({ sub: "ada", client_id: "app" });
      tokens.push(token, await issuer.token({ aud: "another" }));
      const client = await connectClient(gateway.url, version, token);
      await client.callTool({ name: "here___echo", arguments: { secret } });
      await client.callTool({ name: "nowhere___x", arguments: { secret } }).catch(() => {});
      await client.close();
      await post(tokens[1]);
    });
    await log.close();
    const text = await readFile(path, "utf8");
    const mode = (await stat(path)).mode & 0o777;
    await rm(folder, { recursive: true });
    const records = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditRecord);
    const brief = ({ requestParameters, responseElements, errorCode, additionalEventData }: AuditRecord) => ({
      asked: requestParameters.body?.params?.name,
      arguments: requestParameters.body?.params?.arguments,
      answered: responseElements.body?.result?.content ?? responseElements.body?.error?.code,
      status: responseElements.statusCode,
      errorCode,
      who: additionalEventData.jwt?.claims.sub,
      target: additionalEventData.targetId,
    });
    const calls = records.filter(({ requestParameters }) => requestParameters.body?.method === "tools/call");
    const refused = records.filter(({ errorCode }) => errorCode === "UnauthorizedException");
    assert.deepEqual(
      {
        calls: calls.map(brief),
        refused: refused.map(({ additionalEventData }) => [
          additionalEventData.jwt?.claims.sub,
          additionalEventData.failedRules,
        ]),
        sources: [...new Set(records.map(({ eventSource, eventName }) => `${eventSource} ${eventName}`))],
        ids: new Set(records.map(({ requestID }) => requestID)).size === records.length,
        private: [secret, ...tokens, ...tokens.flatMap((token) => token.split(".")[2] ?? "")].filter((one) =>
          text.includes(one),
        ),
        ownerOnly: process.platform === "win32" || mode === 0o600,
      },
      {
        calls: [
          {
            asked: "here___echo",
            arguments: "REDACTED",
            answered: "REDACTED",
            status: 200,
            errorCode: undefined,
            who: "ada",
            target: "here",
          },
          {
            asked: "nowhere___x",
            arguments: "REDACTED",
            answered: -32602,
            status: 200,
            errorCode: "-32602",
            who: "ada",
            target: "nowhere",
          },
        ],
        // Its signature is good, so that what it says of itself is true.
        refused: [["ada", [{ rule: "audience", claim: "aud" }]]],
        sources: ["gateway-connect InvokeGateway"],
        ids: true,
        private: [],
        ownerOnly: true,
      },
    );
  });
}

interface AuditRecord {
  readonly eventSource: string;
  readonly eventName: string;
  readonly requestID: string;
  readonly errorCode?: string;
  readonly requestParameters: {
    readonly body?: { readonly method?: string; readonly params?: { readonly name?: string; arguments?: unknown } };
  };
  readonly responseElements: {
    readonly statusCode: number;
    readonly body?: { readonly result?: { readonly content?: unknown }; readonly error?: { readonly code: number } };
  };
  readonly additionalEventData: {
    readonly targetId?: string;
    readonly jwt?: { readonly claims: { readonly sub: string } };
    readonly failedRules?: unknown;
  };
}

test("the request id of an answer is the one in the audit", async () => {
  await withGateway({}, async ({ gateway, audit }) => {
    const response = await fetch(gateway.url, { method: "POST", body: "{}" });
    await response.text();
    assert.equal(response.headers.get("x-amzn-requestid"), audit.at(-1)?.requestId);
  });
});

test("an audit that never answers holds up the request it is about and nothing else", async () => {
  const waiting: (() => void)[] = [];
  const audit = () => new Promise<void>((resolve) => waiting.push(resolve));
  const gateway = await startGateway({ targets: [], audit });
  const slow = fetch(gateway.url, { method: "DELETE" }).then((response) => response.text());
  await until(() => waiting.length === 1, "the first entry");
  const { status } = await fetch(new URL("/healthz", gateway.url));
  waiting[0]?.();
  await slow;
  await gateway.stop();
  assert.equal(status, 200);
});

test("the figures say what became of requests, and made-up names are no series of their own", async () => {
  const metrics = prometheusMetrics(() => ["here"]);
  await withGateway({ metrics }, async ({ gateway, issuer, post }) => {
    const token = await issuer.token();
    const session = { "mcp-session-id": (await post(token)).session ?? "" };
    await post(undefined);
    await post(await issuer.token({ aud: "x" }));
    await post(token, call("here___echo"), session);
    for (const name of ["a___x", "b___x"]) await post(token, call(name), session);
    await post(token, { jsonrpc: "2.0", id: 9, method: "made/up" }, session);
    const response = await fetch(new URL("/metrics", gateway.url));
    const lines = (await response.text()).split("\n");
    const of = (start: string) => lines.filter((line) => line.startsWith(start)).sort();
    const secondsOf = lines.filter((line) => line.startsWith("gateway_request_duration_seconds_count"));
    assert.deepEqual(
      {
        type: response.headers.get("content-type"),
        requests: of("gateway_requests_total{"),
        calls: of("gateway_tool_calls_total{"),
        rules: of("gateway_refused_rules_total{"),
        sessions: of("gateway_sessions "),
        methods: secondsOf.map((line) => /method="([^"]+)"/.exec(line)?.[1]).sort(),
      },
      {
        type: "text/plain; version=0.0.4; charset=utf-8",
        requests: [
          'gateway_requests_total{method="initialize",status="200",decision="allowed"} 1',
          'gateway_requests_total{method="initialize",status="401",decision="invalidToken"} 1',
          'gateway_requests_total{method="initialize",status="401",decision="noToken"} 1',
          'gateway_requests_total{method="other",status="200",decision="allowed"} 1',
          'gateway_requests_total{method="tools/call",status="200",decision="allowed"} 3',
        ],
        calls: [
          'gateway_tool_calls_total{target="here",outcome="result"} 1',
          'gateway_tool_calls_total{target="other",outcome="error"} 2',
        ],
        rules: ['gateway_refused_rules_total{rule="audience"} 1'],
        sessions: ["gateway_sessions 1"],
        methods: ["initialize", "other", "tools/call"],
      },
    );
  });
});

test("there are no figures where nobody asked for them, and a page elsewhere reads none", async () => {
  const plain = await startGateway({ targets: [] });
  const metrics = await startGateway({ targets: [], metrics: prometheusMetrics(() => []) });
  const read = async (url: string, headers: Record<string, string>) =>
    (await fetch(new URL("/metrics", url), { headers })).status;
  const seen = [await read(plain.url, {}), await read(metrics.url, { origin: "https://evil.example" })];
  for (const gateway of [plain, metrics]) await gateway.stop();
  assert.deepEqual(seen, [404, 403]);
});

test("a gateway for others answers to the names it was given, and its health to any", async () => {
  const gateway = await startGateway({ targets: [], allowedHosts: ["Gateway.Example"] });
  const ask = async (path: string, host: string) =>
    await new Promise<number>((resolve, reject) => {
      const request = httpRequest(new URL(path, gateway.url), { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on("error", reject).end();
    });
  const seen = {
    named: await ask("/nothing", "gateway.example:8080"),
    unnamed: await ask("/nothing", "other.example"),
    health: await ask("/healthz", "10.0.0.7:8080"),
  };
  await gateway.stop();
  assert.deepEqual(seen, { named: 404, unnamed: 403, health: 200 });
});
