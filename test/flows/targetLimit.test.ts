import assert from "node:assert/strict";
import { test } from "node:test";
import { startBombedGateway } from "../support/bombs/bombedGateway.ts";
import { withFiles, withProgram } from "../support/gatewayProgram.ts";

const MIB = 1024 * 1024;

async function answered(url: string, method: string, params: object): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params }),
  });
  return await response.text();
}

/** How much of a target's answer its caller got, or what was said in place of it. */
async function called(url: string, tool: string): Promise<string> {
  const text = await answered(url, "tools/call", { name: tool, arguments: {} });
  return text.length > MIB ? `${Math.floor(text.length / MIB)} MiB` : text;
}

for (const [what, mebibytes, limit] of [
  ["less than targets answer otherwise", 2, { less: 1, more: 3 }],
  ["more than targets answer otherwise", 40, { less: undefined, more: 41 }],
] as const) {
  test(`local.maxResultMiB lets targets answer ${what}`, () =>
    withFiles(async ({ scripted, write }) => {
      const answer = (id: unknown) => {
        const result = { content: [{ type: "text", text: "x".repeat(mebibytes * MIB) }] };
        const text = JSON.stringify({ jsonrpc: "2.0", id, result });
        const response = new Response(text, { headers: { "content-type": "application/json" } });
        return { response, sent: () => text.length };
      };
      const server = await startBombedGateway("legacy", { method: "tools/call", isTaken: true, answer });
      server.arm();
      const program = scripted(
        `say(id, { result: { content: [{ type: "text", text: "x".repeat(${mebibytes * MIB}) }] } });`,
      );
      const file = (name: string, maxResultMiB: number | undefined) =>
        write(
          name,
          {
            authorizerType: "NONE",
            targets: [
              { name: "served", http: { url: server.url } },
              { name: "run", stdio: program },
            ],
            local: { ...(maxResultMiB !== undefined && { maxResultMiB }) },
          },
          null,
        );
      try {
        await withProgram(
          ["--config", file("less.json", limit.less), "--config", file("more.json", limit.more)],
          async ({ gateways }) => {
            const [less, more] = gateways;
            assert.equal(await called(more?.url as string, "served___echo"), `${mebibytes} MiB`);
            assert.match(await called(less?.url as string, "served___echo"), /error/i);
            assert.equal(await called(more?.url as string, "run___wait"), `${mebibytes} MiB`);
            assert.match(await called(less?.url as string, "run___wait"), /error/i);
          },
        );
      } finally {
        await server.stop();
      }
    }));
}

test("a list of a target that is a program ends at 6 MiB as one over HTTP does, and the program goes on", () =>
  withFiles(async ({ scripted, write }) => {
    // Tools of a hundred thousand characters, more of them than a message may have.
    const list = `if (method === "tools/list") {
      const tools = Array.from({ length: 400 }, (_, at) => ({ name: "t" + at, description: "x".repeat(1e5), inputSchema: { type: "object" } }));
      return say(id, { result: { tools } });
    }`;
    const program = scripted(`say(id, { result: { content: [{ type: "text", text: "called" }] } });`, "", list);
    const file = write("programs.json", { authorizerType: "NONE", targets: [{ name: "run", stdio: program }] }, null);
    await withProgram(["--config", file], async ({ gateways }) => {
      const { url = "" } = gateways[0] ?? {};
      const names = new Set<string>();
      let cursor: string | undefined;
      do {
        const text = await answered(url, "tools/list", { cursor });
        for (const name of text.match(/run___t\d+/g) ?? []) names.add(name);
        [, cursor] = /"nextCursor":"(\d+)"/.exec(text) ?? [];
      } while (cursor !== undefined);
      assert.deepEqual(
        { ends: names.size > 55 && names.size < 65, called: /called/.test(await called(url, "run___t0")) },
        { ends: true, called: true },
        `${names.size} tools`,
      );
    });
  }));
