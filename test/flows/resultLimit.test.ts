import assert from "node:assert/strict";
import { test } from "node:test";
import { startBombedGateway } from "../support/bombs/bombedGateway.ts";
import type { Bomb } from "../support/bombs/bombs.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";

const MIB = 1024 * 1024;

/** A result with this much text, in JSON or in an event. */
const large = (bytes: number, inEvent: boolean): Bomb => ({
  method: "tools/call",
  isTaken: true,
  answer(id) {
    const result = { content: [{ type: "text", text: "x".repeat(bytes) }] };
    const text = JSON.stringify({ jsonrpc: "2.0", id, result });
    const type = inEvent ? "text/event-stream" : "application/json";
    const response = new Response(inEvent ? `data: ${text}\n\n` : text, { headers: { "content-type": type } });
    return { response, sent: () => text.length };
  },
});

for (const era of ["legacy", "modern"] as const) {
  for (const inEvent of [false, true]) {
    const form = inEvent ? "an event" : "JSON";
    test(`--max-result is how much of a ${era} gateway's answer in ${form} is taken`, () =>
      withComputer({}, async (computer) => {
        const called = async (bytes: number, ...limit: string[]) => {
          const gateway = await startBombedGateway(era, large(bytes, inEvent));
          try {
            gateway.arm();
            const args = [gateway.url, "--keychain", "off", "--browser", "none", ...limit];
            const standalone = await startStandalone(args, computer.env);
            const said = await standalone.call("echo", { text: "hi" });
            await standalone.close();
            return { said: said.slice(0, 400), length: said.length };
          } finally {
            await gateway.stop();
          }
        };
        const more = await called(2 * MIB, "--max-result", "3");
        const less = await called(2 * MIB, "--max-result", "1");
        assert.ok(more.length >= 2 * MIB, more.said);
        assert.match(less.said, /The answer of the gateway is too large.*Expected at most 1 MiB.*--max-result/s);
      }));
  }
}
