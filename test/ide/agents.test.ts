import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { answerText, type CompanionAnswer, type ToolAnswer } from "../support/vscode/companion.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

interface Called {
  readonly gateway: { readonly name: string; readonly state: string };
  readonly session: { readonly accessToken: string };
  readonly result: { readonly content: readonly { readonly text?: string }[] };
}

/** What the editor's agent and a second extension get, each after the person agreed. */
test("agents and other extensions reach a gateway with the person's consent, and no token", async (t) => {
  const world = await startWorld({
    settings: { "chat.mcp.allowedServers": [] },
    progress: (line) => t.diagnostic(line),
  });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const name = suggestedName(new URL(world.sandbox.gatewayUrl));
  /** Says yes to whatever the editor asks, until there is an answer. */
  const agreeing = async <T>(workbench: Workbench, asked: Promise<CompanionAnswer<T>>, picture: string) => {
    for (;;) {
      const dialog = workbench.dialogText();
      dialog.catch(() => undefined);
      const next = await Promise.race([asked.then(() => undefined), dialog]);
      if (next === undefined) return await asked;
      await workbench.screenshot(picture);
      await workbench.dialogButton(/^\s*(Yes|Allow|Continue)/);
    }
  };

  try {
    await steps.open();

    await step(
      "a company's list of servers that lacks ours is told, with the entry that it needs",
      async (workbench) => {
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
        await steps.signIn("Ada Lovelace");
        const said = await workbench.notification("The editor's agent has none of its tools");
        assert.ok(said.text.includes(JSON.stringify({ serverName: name })), said.text);
        await workbench.screenshot("a rule of the company");
        const tools = await world.companion.ask<readonly { name: string }[]>("listTools");
        assert.deepEqual(
          tools.value?.filter((tool) => tool.name.startsWith("mcp_")),
          [],
        );
        await workbench.clearNotifications();
        await (await workbench.statusBarItem("Ada Lovelace")).hover();
        await workbench.screenshot("the tooltip under a rule");
      },
    );

    await step("an agent lists gateways, and has the access to one explained", async (workbench) => {
      const list = await agreeing(
        workbench,
        world.companion.ask<ToolAnswer>("callTool", { tool: "gateway_connect_list_gateways" }),
        "an agent lists gateways",
      );
      assert.ok(answerText(list).includes(name), answerText(list));
      const access = await agreeing(
        workbench,
        world.companion.ask<ToolAnswer>("callTool", {
          tool: "gateway_connect_explain_access",
          input: { gateway: name },
        }),
        "an agent asks to explain access",
      );
      assert.match(answerText(access), /"letIn": true/);
      assert.match(answerText(access), /allowedServers/);
      assert.doesNotMatch(answerText(access), /Ada|eyJ/);
    });

    await step("a second extension calls a tool once the editor was told that it may", async (workbench) => {
      const asked = world.companion.ask<Called>("callThroughApi", { gateway: name, tool: "sample___whoami" });
      const question = await workbench.dialogText();
      await workbench.screenshot("a second extension wants to use an account");
      await workbench.dialogButton("Allow");
      await workbench.inputTitled("wants to access a Gateway Connect account");
      await workbench.pick("Ada Lovelace");
      const answer = await asked;
      assert.equal(answer.error, undefined);
      assert.match(JSON.stringify(answer.value?.result), /ada/i);
      assert.match(question, /Companion.*Gateway Connect/s);
      const { secrets } = await world.sandbox.ask<{ secrets: readonly { value: string }[] }>("issuedSecrets");
      assert.ok(secrets.length > 0);
      assert.deepEqual(
        secrets.filter(({ value }) => JSON.stringify(answer.value).includes(value)),
        [],
      );
      const forged = { id: "any", accessToken: "held-by-gateway-connect" };
      const refused = await world.companion.ask<Called>("callThroughApi", { gateway: name, tool: "whoami", forged });
      assert.match(refused.error ?? "", /Ask for a session first/);
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
