import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { suggestedName } from "../../src/connections/connection.ts";
import { until } from "../support/until.ts";
import { answerText, type ToolAnswer } from "../support/vscode/companion.ts";
import { ProcessWatch } from "../support/vscode/processWatch.ts";
import { observe } from "../support/vscode/sandboxObservation.ts";
import { searchWorld } from "../support/vscode/searchWorld.ts";
import type { Secret } from "../support/vscode/secretSearch.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** A company's list that allows MCP servers by their addresses, which no socket has. */
test("where the editor's rules allow addresses only, a person hands it a gateway's own, and takes it back", async (t) => {
  const world = await startWorld({
    accessTokenSeconds: 12,
    settings: {
      "chat.mcp.allowedServers": [{ serverUrl: "http://127.0.0.1:*/*" }, { serverUrl: "http://localhost:*/*" }],
    },
    progress: (line) => t.diagnostic(line),
  });
  const watch = new ProcessWatch();
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const name = suggestedName(new URL(world.sandbox.gatewayUrl));
  const server = `gateway-connect.gateway-connect/${name}`;
  const whoami = async () =>
    answerText(await world.companion.ask<ToolAnswer>("callTool", { tool: "whoami", waitMs: 1_000 }));
  const agentTools = async () => {
    const { value = [] } = await world.companion.ask<readonly { name: string }[]>("listTools");
    return value.filter((tool) => tool.name.startsWith("mcp_"));
  };

  try {
    await steps.open();

    await step(
      "the entry for the socket is offered first, and then direct mode, with what is lost",
      async (workbench) => {
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
        await steps.signIn("Ada Lovelace");
        const said = await workbench.notification("The editor's agent has none of its tools");
        assert.deepEqual(said.buttons, ["Copy Entry", "Direct Mode…"]);
        assert.deepEqual(await agentTools(), []);
        await said.press("Direct Mode…");
        const text = await workbench.dialogText();
        for (const lost of [/cancelled/, /sign-in of its own/, /hidden, ruled out/, /Traffic/])
          assert.match(text, lost);
        await workbench.screenshot("what is lost in direct mode");
        await workbench.dialogButton("Cancel");
        assert.deepEqual(await agentTools(), []);
      },
    );

    await step("the agent calls a tool of a gateway in direct mode", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Direct Mode…");
      await workbench.dialogButton("Use Direct Mode");
      await workbench.notification(`The editor goes to ${name} itself now`);
      await world.companion.ask("startServer", { server, tool: "whoami" });
      assert.match(await whoami(), /ada/i);
      await workbench.screenshot("in direct mode");
    });

    await step("a renewed token is handed to the editor in time, and calls go on", async () => {
      const before = await observe(world.sandbox);
      const renewals = (one: typeof before) => one.grants.refresh_token ?? 0;
      await until(async () => renewals(await observe(world.sandbox)) >= renewals(before) + 1, "a renewal", 90_000);
      // The editor starts the server anew, and has its tools a moment later.
      await until(async () => /ada/i.test(await whoami().catch(() => "")), "a call with a renewed token");
      const after = await observe(world.sandbox);
      assert.equal(after.gatewayStatuses["401"] ?? 0, before.gatewayStatuses["401"] ?? 0);
    });

    await step("a sign-out stops the server of the editor, and no call goes through", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Sign Out");
      await workbench.notification(`Signed out of ${name}`);
      const { gatewayStatuses: before } = await observe(world.sandbox);
      // A call starts the server anew, which asks for a sign-in that nobody answers.
      const said = await Promise.race([whoami().catch(() => "refused"), pause(5_000, "unanswered")]);
      assert.doesNotMatch(said, /ada/i);
      assert.deepEqual((await observe(world.sandbox)).gatewayStatuses, before);
    });

    await step("no token is left in the editor's state or in a log", async () => {
      const { secrets } = await world.sandbox.ask<{ secrets: readonly Secret[] }>("issuedSecrets");
      assert.ok(secrets.some(({ kind }) => kind === "access_token"));
      const processes = watch.stop();
      await steps.close();
      assert.deepEqual((await searchWorld(world, { secrets, processes, pictures: steps.pictures })).found, []);
    });
  } finally {
    watch.stop();
    await steps.end();
    await world.stop();
  }
});
