import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, chown, lstat, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { MAX_MESSAGE_BYTES, MOST_SILENT_CONNECTIONS } from "../../../../src/lib/limits.ts";
import { type Log, silentLog } from "../../../../src/lib/log.ts";
import { emptyReply, type HttpReply, jsonReply, type ServedRequest } from "../../../../src/lib/servedHttp.ts";
import {
  localSocketAddress,
  MAX_SOCKET_PATH_BYTES,
  socketUri,
} from "../../../../src/node/bridge/localSocketAddress.ts";
import { type RelayHandle, SECRET_HEADER, startRelaySocket } from "../../../../src/node/bridge/relaySocket.ts";
import { PAUSE_MS } from "../../../../src/system/onRemoved.ts";
import { listeningPlace } from "../../../support/bridgeHost.ts";
import { makeTemporaryFolder, temporaryFolder } from "../../../support/temporaryFolder.ts";
import { until } from "../../../support/until.ts";
import { wineLacks } from "../../../support/windows/wineLacks.ts";

const secret = "a-secret-of-this-window";
const posixOnly = process.platform === "win32" && "a named pipe is in no folder";

async function withSocket(
  handle: RelayHandle["handle"],
  body: (ask: typeof send, path: string, directory: string) => Promise<void>,
  log: Log = silentLog,
): Promise<{ readonly isGone: boolean }> {
  const parent = makeTemporaryFolder("gwc-test");
  const directory = join(parent, "relay");
  const path = posixOnly ? listeningPlace("relay") : join(directory, "relay.sock");
  const socket = await startRelaySocket({
    address: posixOnly ? { kind: "pipe", path } : { kind: "unix", directory, path },
    secret,
    find: (id) => (id === "known" ? { handle, pipe: async () => {} } : undefined),
    log,
  });
  try {
    await body(send, path, directory);
  } finally {
    await socket.stop();
  }
  const isGone = !existsSync(path) && !existsSync(directory);
  await rm(parent, { recursive: true, force: true });
  return { isGone };
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

async function send(
  socketPath: string,
  path: string,
  headers: Record<string, string>,
  { method = "POST", body = "" }: { method?: string; body?: string } = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, path, method, headers }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk) => (text += chunk));
      incoming.on("end", () => resolve({ status: incoming.statusCode, body: text, headers: incoming.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

test("only the window that knows the secret reaches the relay, and nobody else learns what is there", async () => {
  let handled = 0;
  const handle = async ({ body, headers }: ServedRequest) => {
    handled++;
    const got = new TextDecoder().decode(body);
    return jsonReply(200, { got, secret: headers.get(SECRET_HEADER) !== null });
  };
  await withSocket(handle, async (ask, path) => {
    const right = { [SECRET_HEADER]: secret };
    const refused = await Promise.all([
      ask(path, "/known", {}),
      ask(path, "/known", { [SECRET_HEADER]: "wrong" }),
      ask(path, "/known", { [SECRET_HEADER]: `${secret}x` }),
      ask(path, "/known", { [SECRET_HEADER]: `${secret.slice(0, -1)}x` }),
      ask(path, "/known", { ...right, origin: "http://localhost" }),
      ask(path, "/unknown", right),
      ask(path, "/%", right),
    ]);
    const answer = await ask(path, "/known", right, { body: "hello" });
    assert.deepEqual(
      { refused: refused.map(({ status, body }) => [status, body]), answer: answer.body, handled },
      { refused: refused.map(() => [404, ""]), answer: '{"got":"hello","secret":false}', handled: 1 },
    );
  });
});

test("the socket is in a folder nobody else can open, and both are gone afterwards", { skip: posixOnly }, async () => {
  let modes = {};
  const { isGone } = await withSocket(
    async () => emptyReply(200),
    async (_ask, path, directory) => {
      modes = { folder: (await lstat(directory)).mode & 0o777, socket: (await lstat(path)).mode & 0o777 };
    },
  );
  assert.deepEqual({ modes, isGone }, { modes: { folder: 0o700, socket: 0o600 }, isGone: true });
});

test("a folder that is open to others is closed, a leftover socket is replaced, and a link in its place is refused", {
  skip: posixOnly,
}, async () => {
  const parent = makeTemporaryFolder("gwc-test");
  const start = async (name: string) => {
    const directory = join(parent, name);
    const address = { kind: "unix" as const, directory, path: join(directory, "relay.sock") };
    const socket = await startRelaySocket({ address, secret, find: () => undefined, log: silentLog });
    const mode = (await lstat(directory)).mode & 0o777;
    await socket.stop();
    return mode;
  };
  try {
    await mkdir(join(parent, "open"));
    await chmod(join(parent, "open"), 0o755);
    await writeFile(join(parent, "open", "relay.sock"), "");
    await mkdir(join(parent, "elsewhere"));
    await symlink(join(parent, "elsewhere"), join(parent, "link"));
    assert.deepEqual(
      { open: await start("open"), link: await start("link").catch((error) => [error.code, error.facts.reason]) },
      { open: 0o700, link: ["relay_not_started", "the folder is not a folder"] },
    );
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});

test("a folder of another user is refused, and left as it is", { skip: posixOnly }, async (t) => {
  const parent = temporaryFolder(t, "gwc-test");
  let directory = "/";
  if (userInfo().uid === 0) {
    directory = join(parent, "of another");
    await mkdir(directory, { mode: 0o755 });
    await chown(directory, 12_345, 12_345);
  }
  const before = await lstat(directory);
  const address = { kind: "unix" as const, directory, path: join(directory, "relay.sock") };
  const refused = await startRelaySocket({ address, secret, find: () => undefined, log: silentLog }).then(
    (socket) => socket.stop(),
    ({ code, facts }) => ({ code, facts }),
  );
  assert.deepEqual(refused, {
    code: "relay_not_started",
    facts: { path: address.path, reason: "the folder belongs to another user" },
  });
  const { mode, uid } = await lstat(directory);
  assert.deepEqual({ mode, uid }, { mode: before.mode, uid: before.uid });
});

test("where it cannot listen it says where and why, and in a folder with something else it leaves that", {
  skip: posixOnly,
}, async (t) => {
  const parent = temporaryFolder(t, "gwc-test");
  await writeFile(join(parent, "file"), "");
  const start = (directory: string) => {
    const address = { kind: "unix" as const, directory, path: join(directory, "relay.sock") };
    return startRelaySocket({ address, secret, find: () => undefined, log: silentLog });
  };
  const below = join(parent, "file", "below");
  const refused = await start(below).catch(({ code, facts }) => ({ code, facts }));
  // What the listener itself finds out.
  const nowhere = { kind: "pipe" as const, path: join(parent, "none", "pipe") };
  const unlistened = await startRelaySocket({ address: nowhere, secret, find: () => undefined, log: silentLog }).catch(
    ({ code }) => code,
  );
  const shared = join(parent, "shared");
  await mkdir(shared, { mode: 0o700 });
  await writeFile(join(shared, "note"), "");
  await (await start(shared)).stop();
  assert.deepEqual(
    { refused, unlistened, left: await readdir(shared) },
    {
      unlistened: "relay_not_started",
      refused: { code: "relay_not_started", facts: { path: join(below, "relay.sock"), reason: "ENOTDIR" } },
      left: ["note"],
    },
  );
});

test("an editor is told where to ask and with what, and a gateway is found by its whole name", async () => {
  const parent = makeTemporaryFolder("gwc-test");
  const path = posixOnly ? listeningPlace("relay") : join(parent, "r", "relay.sock");
  const asked: string[] = [];
  const socket = await startRelaySocket({
    address: posixOnly ? { kind: "pipe", path } : { kind: "unix", directory: join(parent, "r"), path },
    secret,
    find: async (id) => {
      asked.push(id);
      return { handle: async () => emptyReply(202), pipe: async () => {} };
    },
    log: silentLog,
  });
  try {
    const target = socket.uri("my gateway/é").split("#")[1] ?? "";
    const { status } = await send(path, target, { ...socket.headers });
    assert.deepEqual({ status, asked }, { status: 202, asked: ["my gateway/é"] });
  } finally {
    await socket.stop();
    await rm(parent, { recursive: true, force: true });
  }
});

test("a message as large as any reaches the relay, a larger one is refused as too large, and neither ends the socket", async () => {
  const sizes: number[] = [];
  const handle = async ({ body }: ServedRequest) => {
    sizes.push(body.length);
    return emptyReply(200);
  };
  await withSocket(handle, async (ask, path) => {
    const right = { [SECRET_HEADER]: secret };
    const largest = "x".repeat(MAX_MESSAGE_BYTES);
    const statuses = [
      await ask(path, "/known", right, { body: largest }),
      await ask(path, "/known", right, { body: `${largest}x` }),
      await ask(path, "/known", right, { body: "x" }),
    ].map(({ status, headers }) => [status, headers["content-length"], headers.connection === "close"]);
    const [fits, tooLarge] = [
      [200, "0", false],
      [413, "0", true],
    ];
    assert.deepEqual({ statuses, sizes }, { statuses: [fits, tooLarge, fits], sizes: [MAX_MESSAGE_BYTES, 1] });
  });
});

test("a request that fails ends its connection and no other, and the log has the kind of failure without its words", async () => {
  const handle = async ({ body }: ServedRequest) => {
    if (body.length === 0) throw new RangeError("with a secret in its words");
    return emptyReply(200);
  };
  const logged: unknown[] = [];
  const line: Log["debug"] = (message, facts) => void logged.push([message, facts]);
  const log: Log = { debug: line, info: line, warn: line, error: line };
  await withSocket(
    handle,
    async (ask, path) => {
      const right = { [SECRET_HEADER]: secret };
      const failed = await ask(path, "/known", right).catch(({ code }) => code as unknown);
      const { status } = await ask(path, "/known", right, { body: "x" });
      assert.deepEqual(
        { failed, status, logged: logged.slice(1) },
        { failed: "ECONNRESET", status: 200, logged: [["relay socket: request ended early", { error: "RangeError" }]] },
      );
    },
    log,
  );
});

test("a refusal ends the connection, so that whoever knows no secret holds none", async () => {
  await withSocket(
    async () => emptyReply(200),
    async (ask, path) => {
      const { headers } = await ask(path, "/known", {});
      assert.equal(headers.connection, "close");
    },
  );
});

test("the end of the socket ends the connections that editors keep", async () => {
  const agent = new Agent({ keepAlive: true });
  const ended = new Promise<void>((resolve) => {
    agent.on("free", (socket) => socket.once("close", () => resolve()));
  });
  await withSocket(
    async () => emptyReply(200),
    async (_ask, socketPath) => {
      await new Promise((resolve, reject) => {
        const headers = { [SECRET_HEADER]: secret };
        const request = httpRequest({ socketPath, path: "/known", method: "POST", headers, agent }, (incoming) =>
          incoming.resume().once("end", resolve),
        );
        request.once("error", reject).end();
      });
    },
  );
  await ended;
});

test("the end of the socket ends what is being answered", async () => {
  const handle = async (): Promise<HttpReply> => ({
    status: 200,
    headers: { "content-type": "text/event-stream" },
    body: (to) => to.write(["data: first\n\n"]),
  });
  let ended: Promise<unknown> | undefined;
  await withSocket(handle, async (_ask, socketPath) => {
    const headers = { [SECRET_HEADER]: secret };
    const request = httpRequest({ socketPath, path: "/known", method: "GET", headers });
    ended = new Promise((resolve) => request.once("close", resolve));
    const first = new Promise((resolve) => request.once("response", (incoming) => incoming.once("data", resolve)));
    request.on("error", () => {}).on("response", (incoming) => incoming.on("error", () => {}));
    request.end();
    await first;
  });
  await ended;
});

const silentOnesEnd = { skip: wineLacks("not everybody who says nothing learns there that the other side ended it") };

test("an editor's stream stays, however many connect and say nothing", silentOnesEnd, async () => {
  let say: (text: string) => unknown = () => {};
  const handle = async (): Promise<HttpReply> => ({
    status: 200,
    headers: { "content-type": "text/event-stream" },
    body: (to) => {
      say = (text) => to.write([text]);
      say("first");
    },
  });
  await withSocket(handle, async (_ask, socketPath) => {
    let heard = "";
    const request = httpRequest(
      { socketPath, path: "/known", method: "GET", headers: { [SECRET_HEADER]: secret } },
      (incoming) => incoming.on("error", () => {}).on("data", (chunk) => (heard += chunk)),
    );
    request.on("error", () => {}).end();
    await until(() => heard === "first", "the stream");
    const silent = Array.from({ length: MOST_SILENT_CONNECTIONS + 5 }, () =>
      connect(socketPath)
        .on("error", () => {})
        .resume(),
    );
    await until(() => silent.filter(({ closed }) => closed).length >= 5, "the end of the oldest");
    say("second");
    await until(() => heard === "firstsecond", "what comes after");
    for (const one of silent) one.destroy();
    request.destroy();
  });
});

test("an address that is in no folder leaves all folders as they are", async (t) => {
  const parent = temporaryFolder(t, "gwc-test");
  const path = process.platform === "win32" ? listeningPlace("relay") : join(parent, "pipe");
  await chmod(parent, 0o755);
  const find = () => ({ handle: async () => emptyReply(202), pipe: async () => {} });
  const socket = await startRelaySocket({ address: { kind: "pipe", path }, secret, find, log: silentLog });
  const { status } = await send(path, "/known", { ...socket.headers });
  await socket.stop();
  assert.deepEqual([status, (await lstat(parent)).mode & 0o777], [202, posixOnly ? 0o666 : 0o755]);
});

for (const removed of ["socket", "folder"] as const) {
  test(`a ${removed} that was removed is made anew at the same place, as closed to others as before`, {
    skip: posixOnly,
  }, async () => {
    const logged: string[] = [];
    const line = (message: string) => void logged.push(message);
    const { isGone } = await withSocket(
      async () => emptyReply(200),
      async (ask, path, directory) => {
        const right = { [SECRET_HEADER]: secret };
        for (const times of [1, 2]) {
          await rm(removed === "socket" ? path : directory, { recursive: true });
          await until(async () => (await lstat(path)).isSocket(), "the socket");
          await until(() => logged.length === times, "the log");
        }
        const modes = [directory, path].map(async (one) => (await lstat(one)).mode & 0o777);
        assert.deepEqual(
          { status: (await ask(path, "/known", right)).status, modes: await Promise.all(modes), logged },
          {
            status: 200,
            modes: [0o700, 0o600],
            logged: Array(2).fill("relay socket: it was removed, and is there again"),
          },
        );
      },
      { ...silentLog, info: line, warn: line },
    );
    assert.equal(isGone, true);
  });
}

test("a socket that has ended stays gone, also where it was removed just before", { skip: posixOnly }, async (t) => {
  const parent = temporaryFolder(t, "gwc-test");
  for (const isRemoved of [false, true]) {
    const directory = join(parent, `removed: ${isRemoved}`);
    const address = { kind: "unix" as const, directory, path: join(directory, "relay.sock") };
    const socket = await startRelaySocket({ address, secret, find: () => undefined, log: silentLog });
    if (isRemoved) await rm(directory, { recursive: true });
    await socket.stop();
  }
  // Longer than it takes to be made anew.
  await delay(2 * PAUSE_MS);
  assert.deepEqual(await readdir(parent), []);
});

test("a socket that cannot be made anew is told to the log with its place, and its end is an end", {
  skip: posixOnly,
}, async () => {
  const logged: unknown[] = [];
  const line: Log["warn"] = (message, facts) => void logged.push([message, facts]);
  await withSocket(
    async () => emptyReply(200),
    async (_ask, path, directory) => {
      await rm(directory, { recursive: true });
      await writeFile(directory, "");
      await until(() => logged.length > 0, "the log");
      assert.deepEqual(logged, [
        ["relay socket: it was removed, and could not be made again", { path, reason: "EEXIST" }],
      ]);
    },
    { ...silentLog, warn: line },
  );
});

test("a stream arrives piece by piece, and ends for the relay when the editor goes away", async () => {
  let ended = false;
  let cancelled = false;
  const handle = async (request: ServedRequest): Promise<HttpReply> => {
    request.signal.addEventListener("abort", () => (ended = true));
    request.onOver(() => (cancelled = true));
    const headers = { "content-type": "text/event-stream" };
    return { status: 200, headers, body: (to) => to.write(["data: first\n\n"]) };
  };
  await withSocket(handle, async (_ask, socketPath) => {
    const first = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(
        { socketPath, path: "/known", method: "GET", headers: { [SECRET_HEADER]: secret } },
        (incoming) =>
          incoming.once("data", (chunk) => {
            resolve(String(chunk));
            request.destroy();
          }),
      );
      request.on("error", reject);
      request.end();
    });
    await until(() => ended && cancelled, "the end of the call and of the question");
    assert.deepEqual({ first, ended, cancelled }, { first: "data: first\n\n", ended: true, cancelled: true });
  });
});

test("the socket's path is short enough for every system, wherever the storage folder is", () => {
  const at = (platform: string, directory: string, temporaryDirectory: string) => {
    const address = localSocketAddress({ platform, directory, temporaryDirectory, random: "0123456789abcdef" });
    return {
      kind: address.kind,
      path: address.path,
      fits: address.kind === "pipe" || Buffer.byteLength(address.path) <= MAX_SOCKET_PATH_BYTES,
      uri: socketUri(address, "my gateway"),
    };
  };
  const long = `/home/somebody/${"x".repeat(90)}`;
  assert.deepEqual(
    [
      at("linux", "/home/me/.storage", "/tmp"),
      at(
        "darwin",
        "/Users/me/Library/Application Support/Code/User/globalStorage/gateway-connect.gateway-connect",
        "/var/folders/a",
      ),
      at("linux", long, long),
      at("win32", "C:\\Users\\me", "C:\\Temp"),
    ],
    [
      {
        kind: "unix",
        path: "/home/me/.storage/0123456789abcdef/relay.sock",
        fits: true,
        uri: "unix:///home/me/.storage/0123456789abcdef/relay.sock#/my%20gateway",
      },
      {
        kind: "unix",
        path: "/var/folders/a/gwc-0123456789abcdef/relay.sock",
        fits: true,
        uri: "unix:///var/folders/a/gwc-0123456789abcdef/relay.sock#/my%20gateway",
      },
      {
        kind: "unix",
        path: "/tmp/gwc-0123456789abcdef/relay.sock",
        fits: true,
        uri: "unix:///tmp/gwc-0123456789abcdef/relay.sock#/my%20gateway",
      },
      {
        kind: "pipe",
        path: "\\\\.\\pipe\\gateway-connect-0123456789abcdef",
        fits: true,
        uri: "pipe:%5C%5C.%5Cpipe%5Cgateway-connect-0123456789abcdef#/my%20gateway",
      },
    ],
  );
});

test("a path of as many bytes as a socket may have is taken, and one of more is not", () => {
  const taken = (bytes: number) => {
    const directory = `/${"x".repeat(bytes - "//0123456789abcdef/relay.sock".length)}`;
    const given = { platform: "linux", directory, temporaryDirectory: "/tmp", random: "0123456789abcdef" };
    return localSocketAddress(given).path.length;
  };
  assert.deepEqual([taken(MAX_SOCKET_PATH_BYTES), taken(MAX_SOCKET_PATH_BYTES + 1)], [100, 36]);
});
