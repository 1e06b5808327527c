import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { processOutput } from "../../../../src/gateway/router/processOutput.ts";
import type { Target } from "../../../../src/gateway/router/target.ts";
import { connectTarget } from "../../../../src/gateway/router/targetConnection.ts";
import { nobody } from "../../../../src/mcp/peer.ts";
import { startGateway as startHttpTarget } from "../../../support/relayGateways.ts";

test("requests to a target leave nothing behind at the signal that lives as long as the caller", async (context) => {
  const target = await startHttpTarget("legacy");
  const life = new AbortController();
  const connection = await connectTarget(
    { kind: "http", name: "all", url: target.url },
    {
      info: { name: "test", version: "1" },
      capabilities: {},
      peer: nobody,
      era: undefined,
      tool: () => undefined,
      onRelisted: () => {},
      onCutShort: () => {},
      onLeftOut: () => {},
      signal: life.signal,
      output: processOutput(),
    },
  );
  // A derived signal is a trace at each that it is derived from, for as long as that one lives.
  const derived: AbortSignal[] = [];
  const any = AbortSignal.any.bind(AbortSignal);
  context.mock.method(AbortSignal, "any", (signals: AbortSignal[]) => {
    derived.push(...signals);
    return any(signals);
  });
  for (let turn = 0; turn < 5; turn++) await connection.request({ method: "tools/list", params: {}, options: {} });
  await connection.close();
  await target.stop();
  assert.equal(derived.includes(life.signal), false);
});

const world = {
  ...{ info: { name: "test", version: "1" }, capabilities: {}, peer: nobody, era: undefined },
  ...{ tool: () => undefined, onRelisted: () => {}, onCutShort: () => {}, onLeftOut: () => {} },
};

/** Why a process could not be connected to. */
const refusal = async (process: Partial<Extract<Target, { kind: "stdio" }>>): Promise<string> =>
  await connectTarget(
    { kind: "stdio", name: "process", command: globalThis.process.execPath, ...process },
    { ...world, signal: new AbortController().signal, output: processOutput() },
  ).then(
    async (connection) => {
      await connection.close();
      return "connected";
    },
    (error: Error) => error.message,
  );

test("a process has as long to start as its entry says, and whoever reads the log learns how to give it more", async () => {
  const args = ["-e", "setInterval(() => {}, 1000)"];
  assert.equal(
    await refusal({ args, startTimeoutMs: 100 }),
    "the process was not ready within 0.1 s; startTimeoutSeconds says how long it may take",
  );
  const slow = `setTimeout(() => process.stdin.once("data", (line) => console.log(JSON.stringify({ jsonrpc: "2.0",
    id: JSON.parse(line).id, result: { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "s", version: "1" } } }))), 400)`;
  assert.equal(await refusal({ args: ["-e", slow], startTimeoutMs: 60_000 }), "connected");
});

test("a folder that is not there, or is none, is told as that", async () => {
  const missing = join(tmpdir(), "no-such-folder-of-a-target");
  assert.deepEqual(
    [await refusal({ cwd: missing }), await refusal({ cwd: process.execPath })],
    [`its folder (cwd) ${missing} cannot be used: ENOENT`, `its folder (cwd) ${process.execPath} is no folder`],
  );
});
