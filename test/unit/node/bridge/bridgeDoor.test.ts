import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { MOST_SILENT_CONNECTIONS } from "../../../../src/lib/limits.ts";
import { silentLog } from "../../../../src/lib/log.ts";
import { emptyReply } from "../../../../src/lib/servedHttp.ts";
import { startRelaySocket } from "../../../../src/node/bridge/relaySocket.ts";
import type { MessageStream } from "../../../../src/relay/pipeToRelay.ts";
import { listeningPlace } from "../../../support/bridgeHost.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";
import { until } from "../../../support/until.ts";

/** Gives each message back, in its place of the relay. */
async function echo(stream: MessageStream): Promise<void> {
  stream.onmessage = (message) => void stream.send(message);
  await stream.start();
}

/** A window's socket, and which gateways it was asked for. */
async function window(t: TestContext, refusal?: (id: string) => Promise<string | undefined>) {
  const folder = makeTemporaryFolder("gwc-door");
  const path = process.platform === "win32" ? listeningPlace("door") : join(folder, "r", "relay.sock");
  const asked: string[] = [];
  /** Gateways that are being looked for. */
  const busy = new Set<string>();
  const logged: unknown[] = [];
  const socket = await startRelaySocket({
    address:
      process.platform === "win32" ? { kind: "pipe", path } : { kind: "unix", directory: join(folder, "r"), path },
    secret: "of this window",
    find: async (id) => {
      asked.push(id);
      await until(() => !busy.has(id), "the search");
      if (id === "broken") throw new Error("the list of gateways is damaged");
      return id === "gone" ? undefined : { handle: async () => emptyReply(200), pipe: echo };
    },
    refusal,
    log: { ...silentLog, debug: (message, facts) => void logged.push([message, facts]) },
  });
  t.after(async () => {
    await socket.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { path, key: socket.bridgeKey, asked, busy, logged, stop: () => socket.stop() };
}

/** A connection to the socket, with all that came over it. */
async function dial(t: TestContext, path: string) {
  const socket = connect(path);
  t.after(() => socket.destroy());
  let heard = "";
  let isClosed = false;
  socket.on("data", (chunk) => (heard += chunk));
  socket.on("error", () => {}).once("close", () => (isClosed = true));
  await once(socket, "connect");
  return {
    socket,
    heard: () => heard,
    isClosed: () => isClosed,
    /** What came after the answer's head. */
    after: () => heard.slice(heard.indexOf("\r\n\r\n") + 4),
  };
}

interface Knock {
  readonly id?: string;
  readonly nonce?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for the door, and reads what the window answers. */
async function knock(t: TestContext, path: string, { id = "test", nonce = newNonce(), headers = {} }: Knock = {}) {
  const line = await dial(t, path);
  const all = { host: "localhost", connection: "Upgrade", upgrade: "gateway-connect-bridge", "x-nonce": nonce };
  const lines = Object.entries({ ...all, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  line.socket.write(`GET /${id} HTTP/1.1\r\n${lines.join("")}\r\n`);
  await until(() => line.heard().includes("\r\n\r\n") || line.isClosed(), "an answer");
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, "im").exec(line.heard())?.[1] ?? "";
  return {
    ...line,
    id,
    nonce,
    status: line.heard().split(" ")[1],
    theirs: header("x-nonce"),
    proof: header("x-proof"),
  };
}

const newNonce = () => randomBytes(16).toString("hex");

/** What proves to know the key, as the protocol has it. */
const proofOf = (key: string, side: string, nonce: string, theirs: string, id: string) =>
  createHmac("sha256", key).update(`${side}\n${nonce}\n${theirs}\n${id}`).digest("hex");

test("the window proves first that it knows the key, for this bridge, this gateway and this connection", async (t) => {
  const { path, key, asked } = await window(t);
  const [one, other] = [await knock(t, path), await knock(t, path, { id: "another" })];
  assert.deepEqual(
    [one, other].map(({ status, proof }) => [status, proof]),
    [one, other].map(({ nonce, theirs, id }) => ["101", proofOf(key, "window", nonce, theirs, id)]),
  );
  assert.match(one.theirs, /^[0-9a-f]{32,}$/);
  assert.notEqual(one.theirs, other.theirs);
  assert.deepEqual(asked, [], "nobody was told yet which gateways there are");
});

test("a bridge that knows the key is welcome, and its messages come through from the first byte on", async (t) => {
  const { path, key, asked } = await window(t);
  const { socket, after, nonce, theirs, id } = await knock(t, path);
  const proof = proofOf(key, "bridge", nonce, theirs, id);
  socket.write(proof.slice(0, 20));
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(`${proof.slice(20)}\n{"jsonrpc":"2.0","method":"first"}\n{"jsonrpc":"2.0","met`);
  await until(() => after().includes("first"), "the first message");
  socket.write('hod":"second"}\n');
  await until(() => after().includes("second"), "the second message");
  assert.deepEqual(
    { said: after().split("\n"), asked },
    {
      said: ["welcome", '{"jsonrpc":"2.0","method":"first"}', '{"jsonrpc":"2.0","method":"second"}', ""],
      asked: ["test"],
    },
  );
});

test("whoever does not prove that it knows the key is told nothing, and asks for no gateway", async (t) => {
  const { path, key, asked } = await window(t);
  // Each is found out by what it says, and not by the time that it takes.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  type Door = Awaited<ReturnType<typeof knock>>;
  const right = ({ nonce, theirs, id }: Door) => proofOf(key, "bridge", nonce, theirs, id);
  const wrong: Readonly<Record<string, (door: Door) => string>> = {
    "another key": ({ nonce, theirs, id }) => `${proofOf(`${key}0`, "bridge", nonce, theirs, id)}\n`,
    "the window's own proof": ({ proof }) => `${proof}\n`,
    "the proof for another gateway": ({ nonce, theirs }) => `${proofOf(key, "bridge", nonce, theirs, "other")}\n`,
    "the proof of another connection": ({ nonce, id }) => `${proofOf(key, "bridge", nonce, newNonce(), id)}\n`,
    "the nonces in another order": ({ nonce, theirs, id }) => `${proofOf(key, "bridge", theirs, nonce, id)}\n`,
    "the beginning of the proof": (door) => `${right(door).slice(0, -1)}\n`,
    "more than the proof": (door) => `${right(door)}0\n`,
    "the proof and more, without an end": (door) => `${right(door)}0`,
    "an empty line": () => "\n",
    "what has no end": () => "0".repeat(10_000),
  };
  const told: Record<string, string> = {};
  for (const [name, said] of Object.entries(wrong)) {
    const door = await knock(t, path);
    door.socket.write(said(door));
    await until(door.isClosed, `the end of the connection with ${name}`);
    told[name] = door.after();
  }
  assert.deepEqual(
    { told, asked },
    { told: Object.fromEntries(Object.keys(wrong).map((name) => [name, ""])), asked: [] },
  );
});

test("who says nothing is not waited for, and who proved itself in time is not disturbed", async (t) => {
  const { path, key } = await window(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [silent, gone] = [await knock(t, path), await knock(t, path)];
  gone.socket.destroy();
  const proven = await knock(t, path);
  proven.socket.write(`${proofOf(key, "bridge", proven.nonce, proven.theirs, "test")}\n`);
  await until(() => proven.after() === "welcome\n", "the welcome");
  t.mock.timers.tick(4_999);
  const tooEarly = silent.isClosed();
  t.mock.timers.tick(1);
  await until(silent.isClosed, "the end of who said nothing");
  proven.socket.write('{"jsonrpc":"2.0","method":"late"}\n');
  await until(() => proven.after().includes("late"), "a message later on");
  assert.deepEqual({ tooEarly, told: silent.after() }, { tooEarly: false, told: "" });
});

test("what does not ask as a bridge does is refused as a bad request, before any proof", async (t) => {
  const { path, asked } = await window(t);
  const good = newNonce();
  const status = async (one: Knock) => {
    const { status, isClosed, proof } = await knock(t, path, one);
    if (status !== "101") await until(isClosed, "the end of the connection");
    return [status, proof === ""];
  };
  const statuses = {
    "another protocol": await status({ headers: { upgrade: "websocket" } }),
    "a page": await status({ headers: { origin: "https://evil.example" } }),
    "an empty origin": await status({ headers: { origin: "" } }),
    "a short nonce": await status({ nonce: good.slice(1) }),
    "a long nonce": await status({ nonce: "0".repeat(65) }),
    "more before it": await status({ nonce: `x${good}` }),
    "more behind it": await status({ nonce: `${good}x` }),
    "the shortest": await status({ nonce: good }),
    "the longest": await status({ nonce: "f".repeat(64) }),
  };
  const refused = ["400", true];
  assert.deepEqual(
    { statuses, asked },
    {
      statuses: {
        "another protocol": refused,
        "a page": refused,
        "an empty origin": refused,
        "a short nonce": refused,
        "a long nonce": refused,
        "more before it": refused,
        "more behind it": refused,
        "the shortest": ["101", false],
        "the longest": ["101", false],
      },
      asked: [],
    },
  );
});

test("a proven bridge is told in one line that its gateway is gone, or why it may not use it, and that is all", async (t) => {
  const { path, key } = await window(t, async (id) => (id === "refused" ? "not on\r\n  this  computer" : undefined));
  const said: Record<string, string> = {};
  for (const id of ["gone", "refused"]) {
    const { socket, nonce, theirs, after, isClosed } = await knock(t, path, { id });
    socket.write(`${proofOf(key, "bridge", nonce, theirs, id)}\n`);
    await until(isClosed, `the end for ${id}`);
    said[id] = after();
  }
  assert.deepEqual(said, { gone: "gone\n", refused: "refused not on this computer\n" });
});

test("a window that ends its socket ends every bridge, proven or not", async (t) => {
  const { path, key, stop } = await window(t);
  const [unproven, proven] = [await knock(t, path), await knock(t, path)];
  proven.socket.write(`${proofOf(key, "bridge", proven.nonce, proven.theirs, "test")}\n`);
  await until(() => proven.after() === "welcome\n", "the welcome");
  await stop();
  await until(() => unproven.isClosed() && proven.isClosed(), "the end of both");
});

test("a gateway that cannot be looked for ends the bridge, and the log has the kind of failure without its words", async (t) => {
  const { path, key, logged } = await window(t);
  const { socket, nonce, theirs, after, isClosed } = await knock(t, path, { id: "broken" });
  socket.write(`${proofOf(key, "bridge", nonce, theirs, "broken")}\n`);
  await until(isClosed, "the end");
  assert.deepEqual([after(), logged.slice(1)], ["", [["relay socket: bridge ended early", { error: "Error" }]]]);
});

test("a bridge that is gone by the time that it is answered disturbs nobody", async (t) => {
  const { path, key, asked, busy } = await window(t);
  for (const id of ["test", "gone"]) {
    busy.add(id);
    const leaving = await knock(t, path, { id });
    leaving.socket.end(`${proofOf(key, "bridge", leaving.nonce, leaving.theirs, id)}\n`);
    leaving.socket.destroy();
    await until(() => asked.includes(id), "the search");
    busy.clear();
  }
  const next = await knock(t, path);
  next.socket.write(`${proofOf(key, "bridge", next.nonce, next.theirs, "test")}\n`);
  await until(() => next.after() === "welcome\n", "the welcome of the next one");
});

test("a proven bridge stays, however many connect and say nothing", async (t) => {
  const { path, key } = await window(t);
  const proven = await knock(t, path);
  proven.socket.write(`${proofOf(key, "bridge", proven.nonce, proven.theirs, "test")}\n`);
  await until(() => proven.after() === "welcome\n", "the welcome");
  const silent: Awaited<ReturnType<typeof dial>>[] = [];
  for (let count = 0; count < MOST_SILENT_CONNECTIONS + 5; count++) silent.push(await dial(t, path));
  await until(() => silent.filter(({ isClosed }) => isClosed()).length >= 5, "the end of the oldest");
  proven.socket.write('{"jsonrpc":"2.0","method":"late"}\n');
  await until(() => proven.after().includes("late"), "a message later on");
});
