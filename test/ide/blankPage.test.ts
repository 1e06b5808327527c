import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { Steps } from "../support/vscode/steps.ts";
import { startWorld } from "../support/vscode/world.ts";

/** The document that the editor puts around each page of an extension, and which shows it. */
const around = /webview\/browser\/pre\/index\.html/;

/**
 * A window whose first pages stay blank, as those that are loaded while the service worker of pages takes over: that comes by
 * chance, so here the document around them is kept empty.
 */
test("a page that the editor leaves blank comes by itself, or is told of", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  try {
    await steps.open();
    const browser = steps.workbench.page.context();
    let documents = 0;
    const leaveBlank = (howMany: number) =>
      browser.route(around, async (route) => {
        documents += 1;
        if (documents > howMany) return await route.continue();
        await route.fulfill({ contentType: "text/html", body: "" });
      });

    await steps.step("a tool's page is replaced once, and then is there", async (workbench) => {
      await workbench.runCommand("Connect Gateway");
      await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
      await steps.signIn("Ada Lovelace");
      await workbench.notification(/Connected to \S+ as Ada Lovelace/);
      await workbench.clearNotifications();
      await leaveBlank(1);
      await workbench.runCommand("Gateway Connect: Run Gateway Tool…");
      await workbench.pick("Who am I");
      const page = await workbench.webview("sample___whoami");
      assert.equal(documents, 2);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText("You are Ada Lovelace").waitFor();
      assert.equal(await workbench.page.locator(".tab", { hasText: "Who am I" }).count(), 1);
      await workbench.runCommand("View: Close All Editors");
    });

    await steps.step("Explain Access that stays blank twice says so, and what helps", async (workbench) => {
      await browser.unroute(around);
      documents = 0;
      await leaveBlank(99);
      await workbench.runCommand("Gateway Connect: Explain Access");
      const said = await workbench.notification("Reloading the window helps");
      assert.match(said.text, /^The editor leaves the page .+ blank, twice now/);
      await browser.unroute(around);
      const before = steps.workbench.page;
      await said.press("Reload Window");
      await until(async () => (await before.locator(".tab").count()) === 0, "the window anew");
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
