import assert from "node:assert/strict";
import { test } from "node:test";
import { processOutput } from "../../../../src/gateway/router/processOutput.ts";
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
