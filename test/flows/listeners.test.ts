import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { defaultRedirect } from "../../src/connections/settings/redirectUriSettings.ts";
import {
  MOST_SILENT_CONNECTIONS,
  MOST_SILENT_CONNECTIONS_OF_GATEWAY,
  MOST_SILENT_CONNECTIONS_OF_SANDBOX,
} from "../../src/lib/limits.ts";
import { silentLog } from "../../src/lib/log.ts";
import { jsonReply } from "../../src/lib/servedHttp.ts";
import { SECRET_HEADER, startRelaySocket } from "../../src/node/bridge/relaySocket.ts";
import { landingPages } from "../../src/node/redirect/landingPage.ts";
import { loopbackRedirect } from "../../src/node/redirect/loopbackRedirect.ts";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";
import { listeningPlace } from "../support/bridgeHost.ts";
import { few } from "../support/bulk.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { freePorts } from "../support/webServer.ts";

/** A listener, as it is attacked. */
interface Listener {
  /** A port of this machine, or the path of a socket. */
  readonly at: number | string;
  /** What whoever it is for asks, with other headers besides. @returns the status of the answer */
  ask(headers?: Readonly<Record<string, string>>): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** What never becomes a request, and what begins as one and never ends. */
const openings = [
  ...["", "G", "POST /mcp HTTP/1.1\r\n", "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{"],
  ...[
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(4000)}`,
    "\u0016\u0003\u0001\u0002",
    "PRI * HTTP/2.0\r\n\r\n",
  ],
  "GET /known HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: gateway-connect-bridge\r\nX-Nonce: 0123456789abcdef0123456789abcdef\r\n\r\n",
];

function answered(options: object, headers: Readonly<Record<string, string>>, method: string, path: string) {
  return new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ ...options, method, path, headers: { connection: "close", ...headers } }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode));
    });
    asked.once("error", reject).end(method === "POST" ? "{}" : undefined);
  });
}

async function redirectListener(): Promise<Listener & { readonly codes: string[] }> {
  const [port = 0] = await freePorts(1);
  const codes: string[] = [];
  const redirect = loopbackRedirect({ pages: async () => landingPages() })({
    redirect: { ...defaultRedirect, ports: [port] },
  });
  const listening = await redirect.listen(async (url) => {
    codes.push(url.searchParams.get("code") ?? "");
    return { kind: "signedIn", account: "Ada", gateway: "Tools" };
  });
  const ask = (headers: Readonly<Record<string, string>> = {}) =>
    answered(
      { port, host: "127.0.0.1" },
      { host: `localhost:${port}`, ...headers },
      "GET",
      `${defaultRedirect.path}?code=c`,
    );
  return { at: port, codes, ask, stop: async () => listening.stop() };
}

async function windowSocket(t: TestContext): Promise<Listener & { readonly relayed: () => number }> {
  const folder = temporaryFolder(t, "gwc");
  const path = process.platform === "win32" ? listeningPlace("relay") : join(folder, "r", "relay.sock");
  let relayed = 0;
  const handle = async () => {
    relayed += 1;
    return jsonReply(200, {});
  };
  const socket = await startRelaySocket({
    address:
      process.platform === "win32" ? { kind: "pipe", path } : { kind: "unix", directory: join(folder, "r"), path },
    secret: "of this window",
    find: (id) => (id === "known" ? { handle, pipe: async () => {} } : undefined),
    log: silentLog,
  });
  const ask = (headers: Readonly<Record<string, string>> = {}) =>
    answered(
      { socketPath: path },
      { host: "localhost", [SECRET_HEADER]: "of this window", ...headers },
      "POST",
      "/known",
    );
  return { at: path, relayed: () => relayed, ask, stop: () => socket.stop() };
}

async function sandboxListeners(): Promise<Readonly<Record<"gateway" | "issuer" | "company", Listener>>> {
  const sandbox = await startSandbox({ enterprise: true });
  const listener = (address: string, path: string, method: string): Listener => {
    const { port, host } = new URL(address);
    const ask = (headers: Readonly<Record<string, string>> = {}) =>
      answered({ port, host: "127.0.0.1" }, { host, "content-type": "application/json", ...headers }, method, path);
    return { at: Number(port), ask, stop: () => sandbox.stop() };
  };
  const { issuer: company } = sandbox.enterprise ?? assert.fail("no authorization server for a company's people");
  return {
    gateway: listener(sandbox.gatewayUrl, new URL(sandbox.gatewayUrl).pathname, "POST"),
    issuer: listener(sandbox.issuer, "/.well-known/openid-configuration", "GET"),
    company: listener(company, "/.well-known/openid-configuration", "GET"),
  };
}

/** Connections that stay silent or never end what they begin, and those of them that are still open. */
async function flood(t: TestContext, at: number | string, each: number) {
  const open = new Set<Socket>();
  t.after(() => {
    for (const socket of open) socket.destroy();
  });
  for (const opening of openings) {
    for (let count = 0; count < each; count++) {
      const socket = typeof at === "number" ? connect(at, "127.0.0.1") : connect(at);
      open.add(socket);
      socket.on("error", () => {}).once("close", () => open.delete(socket));
      await once(socket, "connect").catch(() => {});
      socket.resume().write(opening);
    }
  }
  return open;
}

/** Floods a listener; whoever it is for gets in all the same, and its end ends all of it. */
async function survives(t: TestContext, { at, ask, stop }: Listener, status: number, each = 30): Promise<number> {
  const open = await flood(t, at, each);
  assert.equal(await ask(), status, "somebody is let in beside them");
  const left = open.size;
  await stop();
  await until(() => open.size === 0, "nothing holds a connection any more");
  return left;
}

test("idle and half-open connections without end keep nobody from the redirect listener, nor it from its end", async (t) => {
  const listener = await redirectListener();
  const left = await survives(t, listener, 200);
  assert.deepEqual(
    { codes: listener.codes, bounded: left <= MOST_SILENT_CONNECTIONS },
    { codes: ["c"], bounded: true },
    `${left} connections`,
  );
});

test("idle, half-open and unproven connections without end keep nobody from a window's socket, nor it from its end", async (t) => {
  const listener = await windowSocket(t);
  const left = await survives(t, listener, 200);
  assert.deepEqual(
    { relayed: listener.relayed(), bounded: left <= MOST_SILENT_CONNECTIONS },
    { relayed: 1, bounded: true },
    `${left} connections`,
  );
});

const sandboxFloods = {
  // As many as it takes to reach its bound take ten seconds.
  gateway: { status: 401, each: few(1_000, 30), most: MOST_SILENT_CONNECTIONS_OF_GATEWAY },
  issuer: { status: 200, each: 110, most: MOST_SILENT_CONNECTIONS_OF_SANDBOX },
  company: { status: 200, each: 110, most: MOST_SILENT_CONNECTIONS_OF_SANDBOX },
} as const;

for (const which of ["gateway", "issuer", "company"] as const) {
  test(`idle and half-open connections without end keep nobody from the local gateway and the sandbox: ${which}`, async (t) => {
    const listeners = await sandboxListeners();
    const { status, each, most } = sandboxFloods[which];
    const left = await survives(t, listeners[which], status, each);
    assert.ok(left <= most, `${left} connections`);
  });
}

/** For how long an answer says that its connection is kept, in seconds; undefined where it ends with the answer. */
function keptSeconds({ at }: Pick<Listener, "at">, headers: Readonly<Record<string, string>>, path: string) {
  const where = typeof at === "number" ? { port: at, host: "127.0.0.1" } : { socketPath: at };
  return new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ ...where, path, headers: { connection: "keep-alive", ...headers } }, (answer) => {
      const { connection, "keep-alive": kept } = answer.headers;
      resolve(connection === "close" ? undefined : Number(/^timeout=(\d+)$/.exec(String(kept))?.[1]));
      asked.destroy();
    });
    asked.once("error", reject).end();
  });
}

test("each listener keeps a connection for longer than whoever may send the next request over it, or says that it ends", async (t) => {
  const redirect = await redirectListener();
  const window = await windowSocket(t);
  const sandbox = await startSandbox({ enterprise: true });
  const { port: gateway } = new URL(sandbox.gatewayUrl);
  const { port: issuer } = new URL(sandbox.issuer);
  t.after(async () => {
    for (const one of [redirect, window, sandbox]) await one.stop();
  });
  const document = "/.well-known/oauth-authorization-server";
  const { issuer: resourceIssuer } = sandbox.enterprise ?? assert.fail("no authorization server of a resource");
  assert.deepEqual(
    {
      gateway: await keptSeconds({ at: Number(gateway) }, {}, "/mcp"),
      issuer: await keptSeconds({ at: Number(issuer) }, {}, document),
      enterprise: await keptSeconds({ at: Number(new URL(resourceIssuer).port) }, {}, document),
      window: await keptSeconds(window, { [SECRET_HEADER]: "of this window" }, "/known"),
      redirect: await keptSeconds(redirect, { host: `localhost:${redirect.at}` }, `${defaultRedirect.path}?code=c`),
      redirectElsewhere: await keptSeconds(redirect, {}, "/"),
    },
    // Proxies and browsers keep one for a minute at most.
    { gateway: 65, issuer: 65, enterprise: 65, window: 65, redirect: undefined, redirectElsewhere: undefined },
  );
});

test("a page elsewhere whose name was made to lead here, or that sends its origin, reaches nothing behind any listener", async (t) => {
  const redirect = await redirectListener();
  const window = await windowSocket(t);
  const { gateway } = await sandboxListeners();
  t.after(async () => {
    for (const one of [redirect, window, gateway]) await one.stop();
  });
  const { at: port } = redirect;
  const rebound = [
    "evil.example",
    `evil.example:${port}`,
    `localhost.evil.example:${port}`,
    "169.254.169.254",
    "evil.example@localhost",
  ];
  for (const host of [...rebound, `127.0.0.1.evil.example:${port}`, "[::ffff:1.2.3.4]", "localhost:1"]) {
    assert.equal(await redirect.ask({ host }), 404, `the redirect listener by the name ${host}`);
  }
  for (const host of rebound) {
    assert.equal(await gateway.ask({ host }), 403, `the gateway by the name ${host}`);
  }
  for (const origin of ["https://evil.example", "null", "http://localhost.evil.example", "vscode-webview://x"]) {
    assert.equal(await gateway.ask({ origin }), 403, `the gateway from ${origin}`);
    assert.equal(await window.ask({ origin }), 404, `the window's socket from ${origin}`);
  }
  // Any page may have a browser navigate to the redirect listener: its state decides (see the forged answers).
  for (const secret of ["", "of this windo", "of this window2"]) {
    assert.equal(await window.ask({ [SECRET_HEADER]: secret }), 404, "without the secret");
  }
  assert.deepEqual({ codes: redirect.codes, relayed: window.relayed() }, { codes: [], relayed: 0 });
});
