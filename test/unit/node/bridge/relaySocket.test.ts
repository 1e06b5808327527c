import assert from "node:assert/strict";
import { chmod, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "../../../../src/lib/log.ts";
import { emptyReply, type HttpReply, jsonReply, type ServedRequest } from "../../../../src/lib/servedHttp.ts";
import {
  localSocketAddress,
  MAX_SOCKET_PATH_BYTES,
  socketUri,
} from "../../../../src/node/bridge/localSocketAddress.ts";
import { type RelayHandle, SECRET_HEADER, startRelaySocket } from "../../../../src/node/bridge/relaySocket.ts";
import { listeningPlace } from "../../../support/bridgeHost.ts";
import { until } from "../../../support/until.ts";

const secret = "a-secret-of-this-window";
const posixOnly = process.platform === "win32" && "a named pipe is in no folder";

async function withSocket(
  handle: RelayHandle["handle"],
  body: (ask: typeof send, path: string, directory: string) => Promise<void>,
): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), "gwc-test-"));
  const directory = join(parent, "relay");
  const path = posixOnly ? listeningPlace("relay") : join(directory, "relay.sock");
  const socket = await startRelaySocket({
    address: posixOnly ? { kind: "pipe", path } : { kind: "unix", directory, path },
    secret,
    find: (id) => (id === "known" ? { handle, pipe: async () => {} } : undefined),
    log: silentLog,
  });
  try {
    await body(send, path, directory);
  } finally {
    await socket.stop();
    await rm(parent, { recursive: true, force: true });
  }
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
  let where = { folder: 0, socket: 0, directory: "" };
  await withSocket(
    async () => emptyReply(200),
    async (_ask, path, directory) => {
      where = { folder: (await lstat(directory)).mode & 0o777, socket: (await lstat(path)).mode & 0o777, directory };
    },
  );
  const left = await lstat(where.directory).then(
    () => true,
    () => false,
  );
  assert.deepEqual({ ...where, directory: "", left }, { folder: 0o700, socket: 0o600, directory: "", left: false });
});

test("a folder that is open to others is closed, a leftover socket is replaced, and a link in its place is refused", {
  skip: posixOnly,
}, async () => {
  const parent = await mkdtemp(join(tmpdir(), "gwc-test-"));
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
        path: "/home/me/.storage/0123456789abcdef/relay.sock",
        fits: true,
        uri: "unix:///home/me/.storage/0123456789abcdef/relay.sock#/my%20gateway",
      },
      {
        path: "/var/folders/a/gwc-0123456789abcdef/relay.sock",
        fits: true,
        uri: "unix:///var/folders/a/gwc-0123456789abcdef/relay.sock#/my%20gateway",
      },
      {
        path: "/tmp/gwc-0123456789abcdef/relay.sock",
        fits: true,
        uri: "unix:///tmp/gwc-0123456789abcdef/relay.sock#/my%20gateway",
      },
      {
        path: "\\\\.\\pipe\\gateway-connect-0123456789abcdef",
        fits: true,
        uri: "pipe:%5C%5C.%5Cpipe%5Cgateway-connect-0123456789abcdef#/my%20gateway",
      },
    ],
  );
});
