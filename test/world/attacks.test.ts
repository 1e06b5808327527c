import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { connectClient } from "../support/gatewayCaller.ts";
import { hostile, hostileParts } from "../support/hostileText.ts";
import { standaloneScript } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { startLocalGateway } from "./support/localGateway.ts";
import { programWorld } from "./support/program.ts";
import { worldRows } from "./support/rows.ts";
import { callerOf, startTarget } from "./support/target.ts";
import { tooMuch } from "./support/tooMuch.ts";

interface OddRequest {
  /** All that is sent. */
  readonly sent: string;
  /** What the answer begins with after the version of HTTP. */
  readonly status: number;
}

const posted = (body: string, more = "") =>
  `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

/** Requests without a token that were reset, or answered behind the back of the audit. */
const oddRequests: Readonly<Record<string, OddRequest>> = {
  "a body of arrays in each other, 3000 deep,": { sent: posted("[".repeat(3000) + "]".repeat(3000)), status: 401 },
  "a body of objects in each other, 800,000 deep,": {
    sent: posted(`${'{"a":'.repeat(800_000)}1${"}".repeat(800_000)}`),
    status: 401,
  },
  TRACE: { sent: "TRACE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", status: 401 },
  CONNECT: { sent: "CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", status: 405 },
  "an expectation that there is": { sent: posted("{}", "Expect: 100-continue\r\n"), status: 100 },
  "an expectation that there is not": { sent: posted("{}", "Expect: the-unexpected\r\n"), status: 417 },
  "a request that names no host": { sent: "POST /mcp HTTP/1.1\r\nContent-Length: 0\r\n\r\n", status: 400 },
  "a request of HTTP/1.0 that names no host": { sent: "POST /mcp HTTP/1.0\r\nContent-Length: 0\r\n\r\n", status: 403 },
  "what is no request": { sent: "nonsense\r\n\r\n", status: 400 },
};

/** A sign-in at a provider that writes in our name into one member of its metadata. */
async function signInToHostile(t: TestContext, member: string): Promise<void> {
  const { provider, gateway, computer } = await programWorld(t);
  const value = hostile(`javascript://${member}/`);
  provider.answer[".well-known/oauth-authorization-server"] = () =>
    Response.json({ ...provider.server, [member]: value });
  const { code, said } = await runStandalone([gateway.url, "--browser", "none"], computer.env);
  assert.deepEqual({ failed: code !== 0, parts: hostileParts(said) }, { failed: true, parts: [] });
  assert.match(said, /identity provider/);
}

/** Runs the program until it gives up. */
async function runStandalone(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...standaloneScript, ...args], { env: { ...env }, timeout: 60_000 });
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { code, said };
}

/** A call whose gateway asks for this page to be opened first. */
async function askToOpen(t: TestContext, url: string): Promise<void> {
  const { gateway, start } = await programWorld(t);
  const standalone = await start();
  await standalone.call("echo");
  const data = { elicitations: [{ mode: "url", elicitationId: "e", url, message: "Open it" }] };
  gateway.instead = ({ rpc }) =>
    rpc.method === "tools/call"
      ? Response.json({ jsonrpc: "2.0", id: rpc.id, error: { code: -32042, message: "Open a page first", data } })
      : undefined;
  const told = await standalone.call("echo").catch((error: unknown) => error);
  const { message = String(told), data: passed } = told as { readonly message?: string; readonly data?: unknown };
  assert.match(message, /not safe to open: https was expected, and it begins with/);
  assert.equal(`${message} ${JSON.stringify(passed)}`.includes(url), false);
}

/** What attacks and load were seen to do, by the standalone, the relay and the local gateway. */
worldRows([
  {
    row: "S1",
    kind: 10,
    otherSide: "one idle TCP connection to the redirect listener",
    right: "the listener's connections are closed; the result does not wait for them",
    source: "adversarial",
    at03c8530: "✗ sign-in never returns; tokens issued, not stored",
    tests: Object.fromEntries(
      ["", "GET /oauth/callback", "GET /oauth/callback?state=x HTTP/1.1\r\nHost: localhost\r\n"].map((said) => [
        `a connection to the redirect's port that says ${JSON.stringify(said)} and no more keeps no sign-in from its end`,
        (t: TestContext) => signInBesideIdle(t, said),
      ]),
    ),
  },
  {
    row: "S2",
    kind: 6,
    otherSide: "endless or compressed JSON as metadata, token answer, probe, registration; a result of 200 MB",
    right:
      "limits while reading: 1 MiB for metadata, keys and tokens, 64 MiB (a setting) for results; depth 64; whole discovery within 30 s",
    source: "adversarial",
    at03c8530: "✗ 1.0 to 3.3 GB in the extension host",
    tests: tooMuch,
  },
  {
    row: "S3",
    kind: 6,
    otherSide: "body of nested arrays, 3000 deep, no token",
    right: "iterative or bounded; an audit line for every request, also TRACE, CONNECT, Expect, no Host",
    source: "adversarial",
    at03c8530: "✗ connection reset, no audit line",
    tests: {
      ...Object.fromEntries(
        Object.entries(oddRequests).map(([what, one]) => [
          `${what} has an answer and a line in the audit`,
          (t: TestContext) => askOddly(t, one),
        ]),
      ),
    },
  },
  {
    row: "S4",
    kind: 5,
    otherSide: "ESC, C1, bidi, line breaks in issuer, endpoints, `user_code`",
    right:
      "one function cleans all that comes from outside, for terminal, Markdown, HTML; `user_code` limited to its alphabet and length",
    source: "adversarial",
    at03c8530: "✗ raw on the terminal, 6 of 6",
    tests: Object.fromEntries(
      ["token_endpoint", "authorization_endpoint", "issuer"].map((member) => [
        `${member} of the metadata reaches no terminal as it was written`,
        (t: TestContext) => signInToHostile(t, member),
      ]),
    ),
  },
  {
    row: "S5",
    kind: 6,
    otherSide: "made-up tool names, sessions without number",
    right: "maps keyed by callers are bounded",
    source: "adversarial",
    at03c8530: "✗ 104 MB from 100 calls; 10,000 sessions",
    tests: {
      "a caller that opens sessions without end has the last of them": openTooManySessions,
      "100 calls of names with a megabyte each leave nothing of them": callMadeUpNames,
    },
  },
  {
    row: "S6",
    kind: 6,
    otherSide: "`javascript:` and `file:` in URL elicitation",
    right: "https (or loopback http) only, else words",
    source: "adversarial",
    at03c8530: "✗ handed to the host",
    tests: Object.fromEntries(
      ["javascript:alert(1)", "file:///etc/passwd", "http://gw.example/consent"].map((url) => [
        `${url} reaches no host, and the call says why`,
        (t: TestContext) => askToOpen(t, url),
      ]),
    ),
  },
  {
    row: "S7",
    kind: 2,
    otherSide: "`--sign-out` while another process waits for its browser",
    right: "a sign-in that began before a sign-out is dropped and revoked",
    source: "adversarial",
    at03c8530: "✗ its tokens are stored and live afterwards",
    tests: {
      "a sign-out while the browser is open: what comes back is revoked and not kept, and the next call asks anew":
        async (t) => {
          const { start, provider, gateway, computer } = await programWorld(t);
          const signOut = async () => {
            const args = [...standaloneScript, gateway.url, "--sign-out"];
            const [status] = await once(spawn(process.execPath, args, { env: computer.env, stdio: "ignore" }), "exit");
            return status;
          };
          const statuses: number[] = [];
          provider.answer.authorize = async () => {
            if (statuses.length === 0) statuses.push(await signOut());
            return undefined;
          };
          const standalone = await start();
          await until(() => provider.count("revoke") === 2, "what came back is revoked");
          const dropped = {
            live: provider.access.size + provider.live.size,
            kept: Object.keys(computer.keyring()).filter((name) => name.includes("session:")).length,
          };
          const answer = await standalone.call("echo");
          assert.deepEqual(
            { statuses, dropped, answer, browsers: computer.opened().length },
            { statuses: [0], dropped: { live: 0, kept: 0 }, answer: "{}", browsers: 2 },
          );
        },
    },
  },
  {
    row: "S9",
    kind: 10,
    otherSide: "an answer under another id; a host that goes away from a subscription",
    right: "the call ends in words; what nobody listens to is unsubscribed",
    source: "adversarial",
    at03c8530: "✗ call open for ever; never unsubscribed",
    tests: {
      "a call that is answered under another id ends in words, also on a stream that stays open": async (t) => {
        const target = await startTarget(t);
        const { call } = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
        const answer = { jsonrpc: "2.0", id: 99, result: { content: [] } };
        for (const reply of [
          () => Response.json(answer),
          () => {
            const open = new TransformStream<Uint8Array>();
            void open.writable.getWriter().write(new TextEncoder().encode(`data: ${JSON.stringify(answer)}\n\n`));
            return new Response(open.readable, { headers: { "content-type": "text/event-stream" } });
          },
        ]) {
          target.instead = ({ method }) => (method === "tools/call" ? reply() : undefined);
          assert.match(await call("a___echo"), /the answer was to another request/);
        }
      },
      "what a host listened to is unsubscribed when its connection ends": async (t) => {
        const target = await startTarget(t);
        const { gateway } = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
        const client = await connectClient(gateway.url.href, "2026-07-28");
        await client.listResources();
        await client.listen({ resourceSubscriptions: ["test://one"] });
        await until(() => target.asked.includes("resources/subscribe"), "the subscription");
        await client.close();
        await until(() => target.asked.includes("resources/unsubscribe"), "its end");
      },
    },
  },
]);

async function askOddly(t: TestContext, { sent, status }: OddRequest): Promise<void> {
  const customJWTAuthorizer = {
    discoveryUrl: "https://idp.example/.well-known/openid-configuration",
    allowedAudience: ["a"],
  };
  const gateway = await startLocalGateway(t, { authorizerConfiguration: { customJWTAuthorizer } });
  const socket = connect(Number(gateway.url.port), "127.0.0.1");
  t.after(() => socket.destroy());
  let said = "";
  socket.setEncoding("latin1").on("data", (piece: string) => {
    said += piece;
  });
  await once(socket, "connect");
  socket.write(sent);
  const lines = await until(
    () => gateway.audit().length > 0 && said !== "" && gateway.audit(),
    "the answer and its line",
  );
  const answered = Number(/^HTTP\/1\.1 (\d+) /.exec(said)?.[1]);
  // 100 is no answer yet.
  const recorded = status === 100 ? 401 : status;
  assert.deepEqual([answered, lines.map((line) => line.responseElements.statusCode)], [status, [recorded]]);
}

const asJson = { "content-type": "application/json", accept: "application/json, text/event-stream" };

async function openTooManySessions(t: TestContext): Promise<void> {
  const { url } = await startLocalGateway(t, { authorizerType: "NONE" });
  const post = (message: object, headers: Record<string, string> = {}) =>
    fetch(url, { method: "POST", headers: { ...asJson, ...headers }, body: JSON.stringify(message) });
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "many", version: "1" } };
  const ids: string[] = [];
  for (let at = 0; at < 510; at++) {
    const opened = await post({ jsonrpc: "2.0", id: at, method: "initialize", params });
    await opened.text();
    ids.push(opened.headers.get("mcp-session-id") ?? "");
  }
  const statuses: number[] = [];
  for (const id of [ids[0], ids[9], ids[10], ids.at(-1)]) {
    const answered = await post({ jsonrpc: "2.0", id: 1, method: "ping" }, { "mcp-session-id": id ?? "" });
    await answered.text();
    statuses.push(answered.status);
  }
  assert.deepEqual(statuses, [404, 404, 200, 200]);
}

async function callMadeUpNames(t: TestContext): Promise<void> {
  const { url, heapBytes } = await startLocalGateway(t, { authorizerType: "NONE" });
  const call = async (name: string) => {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {} } };
    const answered = await fetch(url, { method: "POST", headers: asJson, body: JSON.stringify(message) });
    return `${answered.status} ${(await answered.text()).length > 0}`;
  };
  const before = await heapBytes();
  const answers = new Set<string>();
  for (let at = 0; at < 100; at++) answers.add(await call(`${at}${"x".repeat(1_000_000)}`));
  const grown = (await heapBytes()) - before;
  assert.deepEqual([[...answers], grown < 20_000_000], [["200 true"], true], `${grown} bytes more`);
}

/** A sign-in whose listener has a connection that asks for nothing, or never asks to the end. */
async function signInBesideIdle(t: TestContext, said: string): Promise<void> {
  const { start, provider, computer } = await programWorld(t);
  const idle: Socket[] = [];
  t.after(() => {
    for (const socket of idle) socket.destroy();
  });
  // Between the opening of the browser and its return.
  provider.answer.authorize = async (asked) => {
    const socket = connect(Number(new URL(asked.redirect_uri ?? "").port), "127.0.0.1");
    idle.push(socket);
    await once(socket, "connect");
    socket.write(said);
    return undefined;
  };
  const standalone = await start();
  const answer = await standalone.call("echo");
  const kept = Object.keys(computer.keyring()).filter((name) => name.includes("session:"));
  assert.deepEqual({ answer, idle: idle.length, kept: kept.length }, { answer: "{}", idle: 1, kept: 1 });
}
