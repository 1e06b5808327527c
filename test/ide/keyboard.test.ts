import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { Keyboard } from "../support/vscode/keyboard.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** All that a person does with a gateway, with the keyboard alone: the focus is seen, and is back where it was. */
test("the keyboard alone does everything, from connecting a gateway to removing it", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  let keys: Keyboard;
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const focusView = () => keys.command("MCP Gateways: Focus on MCP Gateways View");
  try {
    await steps.open();
    await wakePages(steps.workbench, world);

    await step("a gateway is connected, in the editor and in the browser", async (workbench) => {
      keys = await Keyboard.hold(workbench);
      await focusView();
      await keys.reach(workbench.page.locator("body"), "Connect Gateway");
      await keys.press("Enter");
      await keys.answer(world.sandbox.gatewayUrl, "Connect Gateway");
      const page = await workbench.nextPage(() => keys.dialog("Allow"));
      const body = page.locator("body");
      await keys.reach(body, /Continue as Ada Lovelace/);
      await page.keyboard.press("Enter");
      await page.getByText("Let ").first().waitFor();
      await keys.reach(body, "Allow");
      await page.keyboard.press("Enter");
      await page
        .getByText(/signed in/i)
        .first()
        .waitFor();
      await page.close();
      await workbench.statusBarItem("Ada Lovelace");
    });

    await step("the view is walked, and opens what is under an item", async () => {
      await focusView();
      await keys.item(/Ada Lovelace/);
      await keys.press("ArrowRight");
      await keys.item("sample");
      await keys.press("ArrowRight");
      await keys.item("Who am I");
    });

    await step("a tool is run by its form, and its page is left for where one was", async (workbench) => {
      await keys.item(/Add\s*add/);
      await keys.press("Enter");
      const page = await workbench.webview("sample___add");
      await keys.reach(page, /^a/);
      await keys.type("20");
      await keys.reach(page, /^b/);
      await keys.type("22");
      await keys.press("Control+Enter");
      await page.locator("pre.plain", { hasText: /^42$/ }).waitFor();
      await focusView();
      await keys.isAt(/Add\s*add/);
    });

    await step("a run is cancelled, and Run has the focus again", async (workbench) => {
      await keys.item("Slow");
      await keys.press("Enter");
      const page = await workbench.webview("sample___slow");
      await keys.write(page, /^seconds/, "60");
      await keys.reach(page, "Run");
      await keys.press("Enter");
      await page.getByRole("button", { name: "Cancel" }).waitFor();
      await keys.reach(page, "Cancel");
      await keys.press("Enter");
      await page.locator("p.outcome", { hasText: "Cancelled after" }).waitFor();
      await keys.reach(page, "Run", "Shift");
    });

    await step("what was run before is filled in again from the history", async (workbench) => {
      const page = await workbench.webview("sample___slow");
      await keys.reach(page, /^History/);
      await keys.press("Enter");
      await keys.reach(page, /60/);
      await keys.press("Enter");
      await until(async () => (await page.getByLabel("seconds").inputValue()) === "60", "the arguments of before");
    });

    await step("access is explained, and the report copied", async (workbench) => {
      await keys.command("Gateway Connect: Explain Access");
      const page = await workbench.webview(/the gateway takes this token/);
      await keys.reach(page, "Copy Report");
      await keys.press("Enter");
      await workbench.statusBarItem("The report was copied");
    });

    await step("a tool is hidden from agents, and its item has the focus still", async () => {
      await focusView();
      await keys.item("Who am I");
      await keys.menu("Hide from the Agent");
      await keys.isAt(/Who am I.*hidden from the agent/);
    });

    await step("the gateway is renamed, signed out of and removed where it stands", async (workbench) => {
      await keys.item(/Ada Lovelace/);
      await keys.menu("Rename…");
      await keys.answer("finance", "Rename");
      await keys.isAt(/finance\s*Ada Lovelace/);
      await keys.menu("Sign Out");
      await keys.isAt(/finance\s*signed out/);
      await keys.menu("Remove Gateway");
      await keys.dialog("Cancel");
      await keys.isAt(/finance/);
      await keys.menu("Remove Gateway");
      await keys.dialog("Remove");
      await workbench.page.locator(".part.sidebar .welcome-view").getByText("Connect Gateway").first().waitFor();
    });

    await step("no mouse was pressed anywhere", async (workbench) => {
      assert.deepEqual(keys.pointed, []);
      // Pages of extensions are written anew once they are there, and forget who listens.
      for (const file of ["test/ide/keyboard.test.ts", "test/support/vscode/keyboard.ts"]) {
        assert.deepEqual(
          (await readFile(file, "utf8")).match(/\.(click|dblclick|hover|tap|check|dragTo)\(/g),
          null,
          file,
        );
      }
      const { mouse } = workbench.page;
      await mouse.move(200, 650);
      await mouse.down();
      await until(() => keys.pointed.length === 1, "a mouse that is seen");
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
