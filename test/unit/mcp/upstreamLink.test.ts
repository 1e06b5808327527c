import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { deferred } from "../../../src/lib/waiting.ts";
import type { LinkPolicy } from "../../../src/mcp/linkPolicy.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { UpstreamLink } from "../../../src/mcp/upstreamLink.ts";
import { connectTo, recordingPeer, soon, upstreamServer } from "../../support/mcpKernel.ts";

/** A link to a server of one era, and everything that it tells of itself. */
function startLink(era: "legacy" | "modern", policy: Partial<LinkPolicy> = {}) {
  const answers: (Json | Promise<Json>)[] = [];
  const levels: string[] = [];
  /** The next answers to a log level wait for these. */
  const held: Promise<void>[] = [];
  const subscribed: string[] = [];
  const server = upstreamServer(era, () => {
    const made = new Server(
      { name: "up", version: "1" },
      { capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, logging: {} } },
    );
    made.setRequestHandler("tools/list", async () => ((await answers.shift()) ?? { tools: [] }) as never);
    made.setRequestHandler("tools/call", async () => ({ content: [] }));
    if (era === "legacy") {
      made.setRequestHandler("logging/setLevel", async ({ params }) => {
        await held.shift();
        levels.push(params.level);
        return {};
      });
      made.setRequestHandler("resources/subscribe", async ({ params }) => {
        subscribed.push(params.uri);
        return {};
      });
    }
    return made;
  });
  const { peer, told } = recordingPeer();
  const noted = { opened: 0, lost: 0, repeats: [] as string[], listed: [] as number[], changed: 0, idle: 0 };
  const link = new UpstreamLink(peer, {
    async open(side, signal) {
      noted.opened++;
      return (await connectTo(server, { peer: side, signal })).connection;
    },
    failureOf: (error) => error,
    isHarmless: () => false,
    mayRepeat: () => false,
    hearsChanges: true,
    connectsToSubscribe: true,
    now: () => 0,
    onLost: () => void noted.lost++,
    onRepeat: (because) => void noted.repeats.push(because),
    onListed: (_method, items) => void noted.listed.push(items.length),
    onListChanged: () => void noted.changed++,
    onIdle: () => void noted.idle++,
    ...policy,
  });
  return { link, server, noted, answers, levels, held, subscribed, told };
}

const call = { method: "tools/call", params: { name: "x" }, options: {} };

test("a link connects on first use, once for all who wait", async () => {
  const { link, noted } = startLink("legacy");
  const before = link.era;
  await Promise.all([link.request(call), link.request(call), link.list("tools/list")]);
  const after = link.era;
  await link.end();
  assert.deepEqual(
    { before, after, opened: noted.opened, busy: link.busy },
    { before: undefined, after: "legacy", opened: 1, busy: 0 },
  );
});

test("a session that the server forgot is opened again, and the request repeated once", async () => {
  const { link, server, noted } = startLink("legacy");
  await link.request(call);
  server.sessions.clear();
  const both = await Promise.all([link.request(call), link.request(call)]);
  await link.end();
  assert.deepEqual(
    {
      both: both.length,
      opened: noted.opened,
      repeats: noted.repeats,
      calls: server.requested.filter((one) => one === "tools/call").length,
    },
    { both: 2, opened: 2, repeats: ["session unknown", "session unknown"], calls: 5 },
  );
});

test("a server that says with 400 that it does not know the session is initialised again too", async () => {
  const { link, server, noted } = startLink("legacy");
  await link.request(call);
  server.intercept = ({ method }) => {
    if (method !== "tools/call") return undefined;
    server.intercept = undefined;
    return new Response("Bad Request: No valid session ID provided", { status: 400 });
  };
  await link.request(call);
  await link.end();
  assert.deepEqual({ opened: noted.opened, repeats: noted.repeats }, { opened: 2, repeats: ["session unknown"] });
});

for (const [what, isHarmless, calls] of [
  ["repeated where that does no harm", true, 2],
  ["not repeated otherwise, and the next one has a new session", false, 1],
] as const) {
  test(`a call that a server broke off with its session is ${what}`, async () => {
    const { link, server, noted } = startLink("legacy", { isHarmless: () => isHarmless });
    await link.request(call);
    server.intercept = ({ method }) => {
      if (method !== "tools/call") return undefined;
      server.intercept = undefined;
      return new Response("Session not found", { status: 500 });
    };
    const ended = await link.request(call).then(
      () => "answered",
      (error: Error) => error.message,
    );
    const sent = server.requested.filter((one) => one === "tools/call").length - 1;
    await link.request(call);
    await link.end();
    assert.deepEqual(
      { ended, sent, opened: noted.opened },
      { ended: isHarmless ? "answered" : "session unknown", sent: calls, opened: 2 },
    );
  });
}

for (const [before, after] of [
  ["legacy", "modern"],
  ["modern", "legacy"],
] as const) {
  test(`a ${before} server that was replaced by a ${after} one is spoken to in its era from the next call on`, async () => {
    const { link, server, noted } = startLink(before);
    await link.request(call);
    const other = startLink(after);
    server.intercept = (_, init) => other.server.fetch("https://up.example/mcp", init) as never;
    const answered = await link.request(call);
    const { era } = link;
    await link.end();
    assert.deepEqual(
      { answered: answered.content, era, opened: noted.opened, repeats: noted.repeats.length },
      { answered: [], era: after, opened: 2, repeats: 1 },
    );
  });
}

test("a session that is lost twice in a row is not asked for a third time", async () => {
  const { link, server, noted } = startLink("legacy");
  server.intercept = ({ method }) =>
    method === "tools/call" ? new Response("no session", { status: 404 }) : undefined;
  const failed = await link.request(call).catch((error: Error) => error.message);
  await link.end();
  assert.deepEqual({ failed, repeats: noted.repeats.length }, { failed: "session unknown", repeats: 1 });
});

for (const [name, mayRepeat] of [
  ["repeated once when the policy says so", true],
  ["not repeated otherwise", false],
] as const) {
  test(`a request that got no answer is ${name}`, async () => {
    const { link, server, noted } = startLink("legacy", { mayRepeat: () => mayRepeat });
    await link.connect();
    let failures = 1;
    server.intercept = ({ method }) => {
      if (method !== "tools/call" || failures-- === 0) return undefined;
      throw new TypeError("fetch failed");
    };
    const ended = await link
      .request(call)
      .then(() => "answered")
      .catch((error: Error) => error.message);
    await link.end();
    assert.deepEqual(
      { ended, repeats: noted.repeats.length },
      mayRepeat ? { ended: "answered", repeats: 1 } : { ended: "fetch failed", repeats: 0 },
    );
  });
}

test("a request is not repeated on a link that was closed meanwhile", async () => {
  const { link, server, noted } = startLink("legacy", { mayRepeat: () => true });
  await link.connect();
  server.intercept = ({ method }) => {
    if (method === "tools/call") throw new TypeError("fetch failed");
    return undefined;
  };
  const failed = link.request(call).catch((error: Error) => error.message);
  await soon();
  await link.close();
  assert.deepEqual({ failed: await failed, opened: noted.opened }, { failed: "fetch failed", opened: 1 });
});

test("failures are in the words of the policy, those of connecting too", async () => {
  const { link } = startLink("legacy", {
    open: async () => Promise.reject(new TypeError("no way")),
    failureOf: (error) => new RangeError((error as Error).message),
  });
  const errors = await Promise.allSettled([link.request(call), link.connect(), link.list("tools/list")]);
  await link.end();
  const ended = await link.connect().catch((error: Error) => `${error.name} ${error.message}`);
  assert.deepEqual(
    { errors: errors.map((one) => one.status === "rejected" && `${one.reason.name} ${one.reason.message}`), ended },
    { errors: Array(3).fill("RangeError no way"), ended: "RangeError closed" },
  );
});

test("a list that was asked for before a change does not overwrite the one asked for after it", async () => {
  const { link, server, noted, answers } = startLink("legacy");
  await link.connect();
  const tool = { name: "t", inputSchema: { type: "object" } };
  let release: () => void = () => {};
  answers.push(new Promise((resolve) => (release = () => resolve({ tools: [] }))), { tools: [tool, tool] });
  const old = link.list("tools/list");
  await soon();
  await server.sessions.values().next().value?.send({ jsonrpc: "2.0", method: "notifications/tools/list_changed" });
  for (let turn = 0; turn < 50 && noted.changed === 0; turn++) await soon();
  const fresh = await link.list("tools/list");
  release();
  const stale = await old;
  await link.end();
  assert.deepEqual(
    { fresh: fresh.length, stale: stale.length, listed: noted.listed, changed: noted.changed },
    { fresh: 2, stale: 0, listed: [2], changed: 1 },
  );
});

test("a log level and subscriptions hold on each later connection", async () => {
  const { link, server, noted, levels, subscribed } = startLink("legacy");
  await link.connect();
  await link.setLogLevel("warning");
  await link.subscribe({ uri: "test://one" });
  await link.subscribe({ uri: "test://two" });
  await link.unsubscribe({ uri: "test://two" }).catch(() => {});
  server.sessions.clear();
  await link.request(call);
  await soon();
  await link.end();
  assert.deepEqual(
    { opened: noted.opened, levels, subscribed },
    { opened: 2, levels: ["warning", "warning"], subscribed: ["test://one", "test://two", "test://one"] },
  );
});

test("a call on a later connection comes once the log level of its caller holds there", async () => {
  const { link, server, held } = startLink("legacy");
  await link.connect();
  await link.setLogLevel("warning");
  server.sessions.clear();
  const { promise, resolve } = deferred<void>();
  held.push(promise);
  const before = server.requested.length;
  const called = link.request(call);
  for (let turn = 0; turn < 20; turn++) await soon();
  const meanwhile = server.requested.slice(before);
  resolve();
  await called;
  const all = server.requested.slice(before).filter((one) => one !== "GET");
  await link.end();
  assert.deepEqual(
    { meanwhile: meanwhile.filter((one) => one === "tools/call").length, all },
    {
      // In the session that the server has forgotten.
      meanwhile: 1,
      all: [
        "tools/call",
        "server/discover",
        "initialize",
        "notifications/initialized",
        "logging/setLevel",
        "tools/call",
      ],
    },
  );
});

test("a server that never says that the log level holds keeps no call waiting", async (context) => {
  const { link, server, held } = startLink("legacy");
  await link.setLogLevel("warning");
  held.push(new Promise(() => {}));
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const called = link.request(call);
  for (let turn = 0; turn < 50 && !server.requested.includes("logging/setLevel"); turn++) await soon();
  context.mock.timers.tick(1_000);
  await called;
  await link.end();
  assert.equal(server.requested.includes("tools/call"), true);
});

test("a subscription waits for a connection where the policy has it so", async () => {
  const { link, noted, subscribed } = startLink("legacy", { connectsToSubscribe: false });
  await link.subscribe({ uri: "test://one" });
  const before = noted.opened;
  await link.request(call);
  await soon();
  await link.end();
  assert.deepEqual({ before, subscribed }, { before: 0, subscribed: ["test://one"] });
});

test("the changes of a 2026-07-28 server are followed again after it ended the stream of them", async (context) => {
  const { link, server, told } = startLink("modern");
  await link.connect();
  const listens = () => server.requested.filter((one) => one === "subscriptions/listen").length;
  for (let turn = 0; turn < 50 && listens() === 0; turn++) await soon();
  await soon();
  context.mock.timers.enable({ apis: ["setTimeout"] });
  await server.modern?.close();
  for (let turn = 0; turn < 50 && listens() === 1; turn++) {
    context.mock.timers.tick(1000);
    await soon();
  }
  context.mock.timers.reset();
  await link.end();
  assert.deepEqual({ listens: listens() > 1, told }, { listens: true, told: [] });
});

test("a server is not asked for changes that nobody hears", async () => {
  const { link, server } = startLink("modern", { hearsChanges: false });
  await link.request(call);
  await soon();
  await link.end();
  assert.equal(server.requested.includes("subscriptions/listen"), false);
});

test("a connection that retires is replaced for the next request, and only that one", async () => {
  const { link, noted } = startLink("legacy");
  await link.request(call);
  const first = link.current;
  link.retire(first);
  await link.request(call);
  link.retire(first);
  await link.request(call);
  await link.end();
  assert.deepEqual(
    { opened: noted.opened, closed: first?.isClosed, lost: noted.lost },
    { opened: 2, closed: true, lost: 0 },
  );
});

test("a connection that was being opened when the link closed is not taken into use", async () => {
  const { link, server } = startLink("legacy");
  const opening = link.connect().catch(() => "closed");
  await link.close();
  const ended = await opening;
  await soon();
  const left = link.current;
  const again = await link.request(call);
  await link.end();
  assert.deepEqual(
    { ended, left, again: again.content, sessions: server.sessions.size },
    { ended: "closed", left: undefined, again: [], sessions: 0 },
  );
});

test("a connection that ends by itself is told as lost, and one that we close is not", async () => {
  const { link, noted } = startLink("legacy");
  const connection = await link.connect();
  connection.onclose?.();
  const lost = noted.lost;
  await link.connect();
  await link.end();
  assert.deepEqual({ lost, after: noted.lost, current: link.current }, { lost: 1, after: 1, current: undefined });
});
