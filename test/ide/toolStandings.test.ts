import { test } from "node:test";
import { until } from "../support/until.ts";
import { GatewaysPane } from "../support/vscode/gatewaysPane.ts";
import { connectLocal, oddTools, writeGateway, writeShop } from "../support/vscode/localGateways.ts";
import { Steps } from "../support/vscode/steps.ts";
import { startWorld } from "../support/vscode/world.ts";

/** What keeps a tool from an agent is seen on the tool, with the reason. */
test("a tool that a policy denies, or that the editor leaves out, says so where it stands", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  try {
    await writeShop(world);
    await writeGateway(world, { name: "odd", tools: oddTools });
    await steps.open();

    await steps.step(
      "a call that a policy denies marks its tool in the view, with the policy and what to do",
      async (workbench) => {
        await connectLocal(workbench, "shop");
        await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
        await workbench.pick("Refund");
        const page = await workbench.webview("shop___refund");
        await page.getByLabel("amount", { exact: true }).fill("450");
        await page.getByRole("button", { name: "Run", exact: true }).click();
        await page.getByText("The policy small_refunds forbids it").first().waitFor();
        const pane = await GatewaysPane.open(workbench);
        await pane.expand(/^\s*shop\s*needs no sign-in/);
        await pane.waitFor("1 denied");
        await pane.expand("1 denied");
        await pane.waitFor(/Refund\s*denied at .+ by the policy small_refunds/);
        await pane.row("Refund").hover();
        await workbench.page
          .locator(".monaco-hover:visible", { hasText: "A policy of the gateway does not allow this call" })
          .waitFor();
        await workbench.screenshot("denied by a policy");
      },
    );

    await steps.step("one that passes takes the mark away", async (workbench) => {
      const page = await workbench.webview("shop___refund");
      await page.getByLabel("amount", { exact: true }).fill("45");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText("done").first().waitFor();
      const pane = await GatewaysPane.open(workbench);
      await pane.waitFor(/^\s*Refund\s*refund\s*$/);
      await workbench.runCommand("View: Close All Editors");
      await workbench.runCommand("Gateway Connect: Stop Local Gateway");
      await workbench.runCommand("Gateway Connect: Remove Gateway");
      await workbench.dialogButton("Remove");
      await workbench.clearNotifications();
    });

    await steps.step(
      "a tool whose schema the editor finds not valid is marked, and is the one that its agent lacks",
      async (workbench) => {
        await connectLocal(workbench, "odd");
        const pane = await GatewaysPane.open(workbench);
        await pane.expand(/^\s*odd\s*needs no sign-in/);
        await pane.expand(/^\s*odd\s*3/);
        await pane.waitFor(/broken\s*left out by the editor, schema not valid/);
        await pane.row("broken").hover();
        await workbench.page
          .locator(".monaco-hover:visible", { hasText: "since the editor finds its schema not valid" })
          .waitFor();
        await workbench.screenshot("left out by the editor");
        const names = async () => {
          const { value = [] } = await world.companion.ask<readonly { name: string }[]>("listTools");
          return value
            .map(({ name }) => /odd___(.*)$/.exec(name)?.[1])
            .filter((name) => name !== undefined)
            .sort();
        };
        // The editor takes them in one after the other, and leaves one out when it has looked at its schema.
        const expected = JSON.stringify(["fine", "of_v2"]);
        await until(async () => JSON.stringify(await names()) === expected, "the tools of the agent");
      },
    );
  } finally {
    await steps.end();
    await world.stop();
  }
});
