import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Standalone } from "../../support/standalone/startStandalone.ts";
import { type Bent, smallProcess, smallReply } from "./smallServer.ts";
import { callerOf, startTarget } from "./target.ts";

/** The host of the program has the tool of a small server, and is answered by it. */
export async function hostHasEcho({ client, call }: Standalone): Promise<void> {
  const { tools } = await client.listTools();
  assert.deepEqual([tools.map(({ name }) => name), await call("echo")], [["echo"], "{}"]);
}

/** A caller of the local gateway has the tools of two small servers, over HTTP and as a process, and is answered by both. */
export async function callerHasEchoes(t: TestContext, bent: Bent): Promise<void> {
  const target = await startTarget(t);
  target.instead = (rpc, { method }) => (method === "POST" ? smallReply(rpc, bent) : undefined);
  const caller = await callerOf(t, [
    { name: "http", http: { url: target.url } },
    { name: "process", stdio: smallProcess(bent) },
  ]);
  assert.deepEqual([...(await caller.tools())].sort(), ["http___echo", "process___echo"]);
  assert.deepEqual([await caller.call("http___echo"), await caller.call("process___echo")], ["{}", "{}"]);
}
