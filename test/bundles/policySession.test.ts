import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { POLICY_SESSION_HEADER } from "../../src/lib/settableHeaders.ts";
import { MOST_MESSAGES } from "../../src/vscode/messages/unaskedMessages.ts";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

test("each connection through a window has a policy session, and New Policy Session begins others", () =>
  withEditor({ gateway: () => ({ policySession: true }) }, async (host, sandbox) => {
    const seen: { readonly tool: string | undefined; readonly session: string | null }[] = [];
    const state = { conflicts: 0 };
    const { fetch } = globalThis;
    globalThis.fetch = async (input, init) => {
      const headers = new Headers(init?.headers);
      if (String(input) !== sandbox.gatewayUrl || !headers.has("authorization")) return await fetch(input, init);
      const tool = /"tools\/call".*?"name":"([^"]+)"/.exec(String(init?.body))?.[1];
      seen.push({ tool, session: headers.get(POLICY_SESSION_HEADER) });
      if (tool === undefined || state.conflicts === 0) return await fetch(input, init);
      state.conflicts--;
      return new Response('{"__type":"ConflictException"}', { status: 409 });
    };
    try {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
      await host.editor.servers?.provideMcpServerDefinitions();
      const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
      const { id } = connections[0] as { id: string };
      const agents = [
        await startHost(bridgeEntry(host.storage, { id })),
        await startHost(bridgeEntry(host.storage, { id })),
      ];
      const call = async (at: number) =>
        JSON.stringify(await agents[at]?.client.callTool({ name: "sample___echo", arguments: { text: "hello" } }));
      for (const at of [0, 0, 1]) await call(at);
      await host.run("newPolicySession", id);
      for (const at of [0, 1]) await call(at);
      state.conflicts = 1;
      const answered = await call(0);
      const saidNow = () => host.editor.shown.filter((text) => text.includes("The policies of")).length;
      const said = [saidNow()];
      for (let more = 0; more < 2 * MOST_MESSAGES; more++) {
        state.conflicts = 1;
        await call(0);
      }
      said.push(saidNow());
      for (const agent of agents) await agent.stop();
      const calls = seen.flatMap(({ tool, session }) => (tool === undefined ? [] : [session])).slice(0, 7);
      assert.deepEqual(
        {
          all: seen.every(({ session }) => session !== null),
          calls: calls.map((session) => calls.indexOf(session)),
          answered: /hello/.test(answered),
          said,
        },
        // A gateway may end sessions as often as it likes: the person is told of it a few times.
        { all: true, calls: [0, 0, 2, 3, 4, 3, 6], answered: true, said: [1, MOST_MESSAGES] },
      );
      const shown = host.editor.shown.join("\n");
      assert.match(shown, /A new policy session of local-\d+ has begun/);
      assert.match(shown, /The policies of local-\d+ changed/);
    } finally {
      globalThis.fetch = fetch;
    }
  }));

test("New Policy Session says where none is sent, and leads to the settings", () =>
  withEditor({}, async (host) => {
    await host.run("newPolicySession");
    assert.match(host.editor.shown.join("\n"), /No gateway is sent policy sessions/);
  }));
