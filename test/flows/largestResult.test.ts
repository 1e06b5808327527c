import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { startBombedGateway } from "../support/bombs/bombedGateway.ts";
import { standaloneScript, withComputer } from "../support/standalone/startStandalone.ts";

const MIB = 1024 * 1024;

/**
 * Speaks to a program in lines, and reads them as they come: the SDK's client puts a long line together again with each of
 * its pieces.
 */
function lineClient(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...standaloneScript, ...args], { env });
  const waiting = new Map<number, (line: Buffer) => void>();
  let parts: Buffer[] = [];
  child.stderr.resume();
  child.stdout.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      from = end + 1;
      // The id is in front.
      const id = /^\{"jsonrpc":"2.0","id":(\d+),/.exec(line.toString("latin1", 0, 60))?.[1];
      waiting.get(Number(id))?.(line);
    }
    parts.push(chunk.subarray(from));
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  return {
    notify: (method: string) => send({ method }),
    ask: (id: number, method: string, params: object) =>
      new Promise<Buffer>((heard) => {
        waiting.set(id, heard);
        send({ id, method, params });
      }),
    stop: () =>
      new Promise((ended) => {
        child.once("close", ended);
        child.stdin.end();
      }),
  };
}

for (const era of ["legacy", "modern"] as const) {
  test(`an answer of a ${era} gateway that is larger than 32 MiB comes whole where --max-result lets it`, () =>
    withComputer({}, async (computer) => {
      const text = "The order was sent on Friday. ".repeat(Math.ceil((40 * MIB) / 30));
      const gateway = await startBombedGateway(era, {
        method: "tools/call",
        isTaken: true,
        answer(id) {
          const answer = JSON.stringify({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }] } });
          const response = new Response(answer, { headers: { "content-type": "application/json" } });
          return { response, sent: () => answer.length };
        },
      });
      const called = async (...limit: string[]) => {
        const args = [gateway.url, "--keychain", "off", "--browser", "none", ...limit];
        const client = lineClient(args, computer.env);
        const clientInfo = { name: "lines", version: "1" };
        await client.ask(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
        client.notify("notifications/initialized");
        const line = await client.ask(2, "tools/call", { name: "echo", arguments: { text: "hi" } });
        await client.stop();
        return JSON.parse(line.toString());
      };
      try {
        gateway.arm();
        const { result } = await called("--max-result", "41");
        // Not by deepEqual, which would print both.
        assert.ok(result.content[0].text === text, `${result.content[0].text.length} characters`);
        assert.match(JSON.stringify(await called()).slice(0, 2_000), /too large.*at most 32 MiB.*--max-result/s);
      } finally {
        await gateway.stop();
      }
    }));
}
