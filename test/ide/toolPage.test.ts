import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** The page of a tool in a real editor: what needs the editor around it. The page itself is in `test/bundles`. */
test("tools, resources and prompts are tried on pages of the editor", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  try {
    await steps.open();
    await wakePages(steps.workbench, world);
    await step("a gateway is connected", async (workbench) => {
      await workbench.runCommand("Connect Gateway");
      await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
      await steps.signIn("Ada Lovelace");
      await workbench.notification(/Connected to \S+ as Ada Lovelace/);
      await workbench.clearNotifications();
    });

    await step("a tool without arguments is two keys away: its page has the focus on Run", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Run Gateway Tool…");
      await workbench.inputTitled("Run a tool of");
      await workbench.typeInput("whoami");
      await workbench.screenshot("found by its name");
      await workbench.pick("Who am I");
      const page = await workbench.webview("sample___whoami");
      await page.getByText("It takes no arguments.").waitFor();
      await page.locator("button.primary:focus").waitFor();
      await workbench.page.keyboard.press("Enter");
      await page.getByText("You are Ada Lovelace").waitFor();
      await workbench.screenshot("who am I");
    });

    await step(
      "arguments are edited as JSON beside the form, with the schema, and both stay in step",
      async (workbench) => {
        await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
        await workbench.pick("Slow");
        const page = await workbench.webview("sample___slow");
        const seconds = page.getByLabel("seconds");
        assert.equal(await seconds.inputValue(), "5");
        await page.getByRole("button", { name: "Edit as JSON" }).click();
        await workbench.editorShows('"seconds": 5');
        await workbench.page.keyboard.press("Control+A");
        // What is typed on a selection would be put around it.
        await workbench.page.keyboard.press("Delete");
        await workbench.page.keyboard.type('{ "seconds": 500 }');
        await until(async () => (await seconds.inputValue()) === "500", "the form that follows");
        await workbench.page.locator(".squiggly-warning").first().waitFor();
        assert.equal((await workbench.editorText()).trim(), '{ "seconds": 500 }');
        await workbench.screenshot("the form and its JSON");
        await seconds.fill("7");
        await workbench.page.locator(".view-lines", { hasText: '"seconds": 7' }).waitFor();
        const tabs = await workbench.page.locator(".tab.dirty").count();
        assert.equal(tabs, 0);
        await seconds.fill("60");
        await seconds.press("Control+Enter");
        await page.locator("progress[value]").waitFor();
        await workbench.screenshot("a slow tool runs");
        await page.getByRole("button", { name: "Cancel" }).click();
        await page.locator("p.outcome", { hasText: "Cancelled after" }).waitFor();
      },
    );

    await step("a resource is read and a prompt is got, likewise", async (workbench) => {
      await workbench.runCommand("View: Close All Editors");
      await workbench.runCommand("Gateway Connect: Open Gateway Resource…");
      await workbench.pick("My notes");
      const resource = await workbench.webview("sandbox://notes");
      await resource.getByRole("button", { name: "Read" }).click();
      await resource.getByRole("tab", { name: "Result" }).waitFor();
      await workbench.screenshot("a resource");
      await workbench.runCommand("View: Close All Editors");
      await workbench.runCommand("Gateway Connect: Open Gateway Prompt…");
      await workbench.pick("Introduce me");
      const prompt = await workbench.webview("sample___introduce");
      await prompt.getByLabel("language").fill("Spanish");
      await prompt.getByRole("button", { name: "Get Prompt" }).click();
      await prompt.locator("pre", { hasText: "Spanish" }).waitFor();
      await workbench.screenshot("a prompt");
    });

    await step("signed out and removed, the page says so, and what was entered stays", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Sign Out");
      const prompt = await workbench.webview("You are signed out.");
      await workbench.runCommand("Gateway Connect: Remove Gateway");
      await workbench.dialogButton("Remove");
      await prompt.getByText("The gateway was removed.").waitFor();
      assert.equal(await prompt.getByLabel("language").inputValue(), "Spanish");
      await workbench.screenshot("the gateway was removed");
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
