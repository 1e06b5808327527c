import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { createBackOff } from "../../../../src/gateway/router/backOff.ts";
import { createCatalogue } from "../../../../src/gateway/router/catalogue.ts";
import { createProcesses, NoProcessFree } from "../../../../src/gateway/router/processes.ts";
import type { Target } from "../../../../src/gateway/router/target.ts";
import { SPARE_MS, targetPool } from "../../../../src/gateway/router/targetPool.ts";
import { type CallOptions, nobody } from "../../../../src/mcp/peer.ts";
import { until } from "../../../support/until.ts";

/** A target that answers when it is told to, with the number of the connection that the call is on. */
function startWorld(waitMs?: number) {
  const state = { connections: 0, ended: [] as number[], now: 0 };
  const answers: (() => void)[] = [];
  const target: Target = {
    kind: "inProcess",
    name: "t",
    create: () => {
      const own = ++state.connections;
      const server = new Server({ name: "t", version: "1" }, { capabilities: { tools: {} } });
      server.setRequestHandler("tools/call", async () => {
        await new Promise<void>((resolve) => answers.push(resolve));
        return { content: [{ type: "text" as const, text: String(own) }] };
      });
      server.onclose = () => void state.ended.push(own);
      return server;
    },
  };
  const shared = { catalogue: createCatalogue(), backOff: createBackOff(), processes: createProcesses() };
  const info = { name: "test", version: "1" };
  const world = {
    info,
    capabilities: {},
    peer: nobody,
    owner: "ada",
    now: () => state.now,
    hearsChanges: false,
    ...shared,
  };
  const pool = targetPool(target, world, { most: 2, ...(waitMs !== undefined && { waitMs }) });
  const call = (options: CallOptions = {}) =>
    pool
      .request({ method: "tools/call", params: { name: "x" }, options })
      .then((result) => (result.content as { text: string }[])[0]?.text);
  const answer = async (count: number) => {
    await until(() => answers.length >= count, "the calls");
    for (const one of answers.splice(0, count)) one();
  };
  return { state, pool, call, answer, open: () => answers.length };
}

test("calls that need not be exclusive share one connection, however many there are", async () => {
  const { call, answer, pool } = startWorld();
  const calls = Array.from({ length: 20 }, () => call());
  await answer(20);
  const seen = new Set(await Promise.all(calls));
  await pool.end();
  assert.deepEqual([...seen], ["1"]);
});

test("an exclusive call has a connection to itself, the earlier one when that is free again", async () => {
  const { call, answer, pool, state } = startWorld();
  const first = [call({ exclusive: true }), call({ exclusive: true })];
  await answer(2);
  const together = await Promise.all(first);
  const second = call({ exclusive: true });
  await answer(1);
  const alone = await second;
  await pool.end();
  assert.deepEqual(
    { together: [...together].sort(), alone, connections: state.connections },
    { together: ["1", "2"], alone: "1", connections: 2 },
  );
});

test("a connection that only a second call needed is closed when it was not needed for a while, and the first stays", async () => {
  const { call, answer, pool, state } = startWorld();
  const calls = [call({ exclusive: true }), call({ exclusive: true })];
  await answer(2);
  await Promise.all(calls);
  state.now = SPARE_MS - 1;
  pool.sweep();
  const before = [...state.ended];
  state.now = SPARE_MS;
  pool.sweep();
  await until(() => state.ended.length > 0, "the end of it");
  const ended = [...state.ended];
  await pool.end();
  assert.deepEqual({ before, ended }, { before: [], ended: [2] });
});

test("a pool that retires answers what is open, and then has no connection", async () => {
  const { call, answer, pool, state } = startWorld();
  const open = call();
  await until(() => state.connections === 1, "the connection");
  pool.retire();
  await answer(1);
  const said = await open;
  await until(() => state.ended.length === 1, "its end");
  assert.equal(said, "1");
});

test("exclusive calls wait for one of the few connections, in the order of coming", async () => {
  const { call, answer, pool, state, open } = startWorld();
  const order: number[] = [];
  const calls = [1, 2, 3, 4, 5].map((at) => call({ exclusive: true }).then(() => void order.push(at)));
  await until(() => open() === 2, "the first calls");
  const gone = new AbortController();
  const abandoned = call({ exclusive: true, signal: gone.signal }).catch((error: unknown) => error);
  gone.abort("enough");
  const shared = call();
  await until(() => open() === 3, "a call that need not be exclusive");
  await answer(3);
  await shared;
  for (let turn = 0; turn < 3; turn++) await answer(1);
  await Promise.all(calls);
  await pool.end();
  assert.deepEqual(
    { first: order.slice(0, 2).sort(), others: order.slice(2), abandoned: await abandoned, open: state.connections },
    { first: [1, 2], others: [3, 4, 5], abandoned: "enough", open: 2 },
  );
});

test("a call that waited too long is told that its caller's other calls are in the way", async () => {
  const { call, answer, pool } = startWorld(20);
  const calls = [call({ exclusive: true }), call({ exclusive: true })];
  const late = await call({ exclusive: true }).catch((error: unknown) => error);
  await answer(2);
  await Promise.all(calls);
  const next = call({ exclusive: true });
  await answer(1);
  const said = await next;
  await pool.end();
  assert.deepEqual(
    { late: late instanceof NoProcessFree && late.message, said },
    { late: "All 2 processes of the target t that one caller can have are at work. Please retry later.", said: "1" },
  );
});

test("a pool that ends keeps no call waiting", async () => {
  const { call, pool, open } = startWorld();
  const ended = (work: Promise<unknown>) => work.then(() => "answered").catch(() => "failed");
  const calls = [1, 2, 3].map(() => ended(call({ exclusive: true })));
  await until(() => open() === 2, "the calls");
  await pool.end();
  assert.deepEqual(await Promise.all(calls), ["failed", "failed", "failed"]);
});
