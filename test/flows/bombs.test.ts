import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { MAX_LISTED_TEXT, MAX_MESSAGE_BYTES } from "../../src/lib/limits.ts";
import { LineStream } from "../../src/node/lineStream.ts";
import { startAskingEditor } from "../support/bombs/askEditor.ts";
import { startBombedGateway } from "../support/bombs/bombedGateway.ts";
import { bombs } from "../support/bombs/bombs.ts";
import { socketFetch } from "../support/relayEditor.ts";
import { startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

/** What sockets hold beside what was read, in bytes. */
const IN_SOCKETS = 16 * 1024 * 1024;

const tooLarge = /larger than|too large/;

/** What is told of each, and how much of it may be taken, in bytes. */
const expected: Readonly<Record<string, { readonly told: RegExp; readonly most: number }>> = {
  "a result as large as may be, in JSON": { told: /^an answer of 32 MiB$/, most: MAX_MESSAGE_BYTES },
  "a result as large as may be, in an event": { told: /^an answer of 32 MiB$/, most: MAX_MESSAGE_BYTES },
  "a result without an end, in JSON": { told: tooLarge, most: MAX_MESSAGE_BYTES + IN_SOCKETS },
  "a result without an end, in an event": { told: tooLarge, most: MAX_MESSAGE_BYTES + IN_SOCKETS },
  "a result without an end, in the lines of an event": { told: tooLarge, most: 2 * MAX_MESSAGE_BYTES + IN_SOCKETS },
  "a result without an end, compressed a thousandfold": { told: tooLarge, most: IN_SOCKETS },
  "arrays in each other, ten million deep": { told: /Expected a JSON-RPC answer/, most: MAX_MESSAGE_BYTES },
  "pages without an end, a megabyte each": { told: /^an answer of 5 MiB$/, most: MAX_LISTED_TEXT + 2 * 1024 * 1024 },
  "one page without an end, of small tools": { told: /^an answer of 3 MiB$/, most: MAX_LISTED_TEXT + IN_SOCKETS },
  "a megabyte of headers": { told: /no answer/, most: 2 * 1024 * 1024 },
};

/** An editor in front of a relay and a gateway with this bomb, which goes off at the next that is asked. */
async function startArmed(what: string) {
  const bomb = bombs[what];
  assert.ok(bomb);
  const gateway = await startBombedGateway("legacy", bomb);
  const world = await startRelay(gateway.url);
  const editor = await startAskingEditor("legacy", world.socket);
  gateway.arm();
  const stop = async () => {
    await editor.stop();
    await world.stop();
    await gateway.stop();
  };
  return { bomb, gateway, editor, stop };
}

for (const [what, { told, most }] of Object.entries(expected)) {
  test(`${what}: what is told, and how much is read`, async () => {
    const { bomb, gateway, editor, stop } = await startArmed(what);
    const said = await editor.ask(bomb.method, AbortSignal.timeout(60_000));
    const asked = gateway.asked();
    const sent = gateway.sent();
    await stop();
    assert.match(said, told);
    assert.ok(sent <= most, `${sent} bytes were taken, and ${most} may be`);
    // What was too large once is too large again, also for a tool that only reads.
    if (told === tooLarge) assert.equal(asked, 1);
  });
}

for (const what of ["notifications without an end before the result", "a result that drips, a byte at a time"]) {
  test(`${what}: whoever cancels is no longer sent any`, async () => {
    const { bomb, gateway, editor, stop } = await startArmed(what);
    const cancel = new AbortController();
    const said = editor.ask(bomb.method, cancel.signal);
    await until(() => gateway.sent() > 0, "the first of it");
    cancel.abort(new Error("enough"));
    assert.match(await said, /enough/);
    let before = -1;
    await until(async () => {
      const now = gateway.sent();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const isOver = now === before && now === gateway.sent();
      before = now;
      return isOver;
    }, "the end of it");
    await stop();
  });
}

const flood = "notifications without an end before the result";

/** Either nothing more is taken for a while, or more than sockets hold was taken. @returns how much, in bytes */
async function takenUnread(gateway: { sent(): number }): Promise<number> {
  let [unread, times] = [-1, 0];
  await until(async () => {
    times = gateway.sent() === unread ? times + 1 : 0;
    unread = gateway.sent();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return unread > IN_SOCKETS || (unread > 0 && times > 10);
  }, "the gateway to wait");
  return unread;
}

test("notifications without an end: a gateway is read as fast as the editor reads, and no faster", async () => {
  const bomb = bombs[flood];
  assert.ok(bomb);
  const gateway = await startBombedGateway("legacy", bomb);
  const world = await startRelay(gateway.url);
  const send = socketFetch(world.socket);
  const post = async (message: object, headers: Readonly<Record<string, string>> = {}) =>
    await send("http://localhost/test", {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
  const clientInfo = { name: "an editor that does not read", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const begun = await post({ id: 1, method: "initialize", params });
  const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
  await begun.text();
  await post({ method: "notifications/initialized" }, session);
  gateway.arm();
  const answer = await post({ id: 2, method: "tools/call", params: { name: "echo", arguments: {} } }, session);
  const unread = await takenUnread(gateway);
  // What was held up goes on when the editor does.
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  for (let read = 0; read < IN_SOCKETS && gateway.sent() === unread; ) read += (await reader.read()).value?.length ?? 0;
  const more = gateway.sent();
  await reader.cancel();
  await world.stop();
  await gateway.stop();
  assert.ok(unread > 0 && unread < IN_SOCKETS, `${unread} bytes were taken of a gateway whose editor read none`);
  assert.ok(more > unread);
});

for (const where of ["answer", "standing"] as const) {
  const stream = where === "answer" ? "before a result" : "in the stream of what it says by itself";
  test(`notifications without an end ${stream}: a gateway is read as fast as a host reads its line, and no faster`, async () => {
    const bomb = bombs[flood];
    assert.ok(bomb);
    const gateway = await startBombedGateway("legacy", bomb, where);
    const world = await startRelay(gateway.url);
    const [input, output] = [new PassThrough(), new PassThrough()];
    const line = new LineStream(input, output);
    await world.relay.pipe(line);
    const say = (message: object) => void input.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "a host that does not read", version: "1" };
    say({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } });
    say({ method: "notifications/initialized" });
    gateway.arm();
    say({ id: 2, method: "tools/call", params: { name: "echo", arguments: {} } });
    const unread = await takenUnread(gateway);
    // What was held up goes on when the host does.
    let read = 0;
    output.on("data", (bytes: Buffer) => {
      read += bytes.length;
    });
    await until(() => read > 0 && gateway.sent() > unread, "more of it");
    await line.close();
    await world.stop();
    await gateway.stop();
    assert.ok(unread < IN_SOCKETS, `${unread} bytes were taken of a gateway whose host read none`);
  });
}
