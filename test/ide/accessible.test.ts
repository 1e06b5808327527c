import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { eachLook, faultsOf } from "../support/vscode/looks.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** The pages in a real editor, with its own colours: themes give other ones than a test's table has. */
test("every page of the extension is readable in the editor, in each kind of theme and at 400 pixels", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  /** Looks at the page in front that shows this, and takes a picture of each look. */
  const look = async (workbench: Workbench, text: string | RegExp) => {
    const faults: string[] = [];
    await eachLook({ workbench, world }, async ({ name }) => {
      const body = await workbench.webview(text);
      faults.push(...(await faultsOf(body)).map((fault) => `${name}: ${fault}`));
      await workbench.screenshot(`${text} ${name}`);
    });
    assert.deepEqual(faults, []);
  };
  try {
    await steps.open();
    await wakePages(steps.workbench, world);
    await step("a tool with a form, what is wrong in it, a result and its history", async (workbench) => {
      await workbench.runCommand("Connect Gateway");
      await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
      await steps.signIn("Ada Lovelace");
      await workbench.notification(/Connected to \S+ as Ada Lovelace/);
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
      await workbench.pick("Add");
      const page = await workbench.webview("sample___add");
      await page.getByLabel("a", { exact: true }).fill("20");
      await page.getByLabel("b", { exact: true }).fill("22");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.locator("pre.plain", { hasText: /^42$/ }).waitFor();
      await page.locator("summary", { hasText: "History" }).click();
      await page.getByLabel("a", { exact: true }).fill("two");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText("Expected a number, found a text.").waitFor();
      await look(workbench, "sample___add");
    });

    await step("Explain Access where everything passes, with all of it unfolded", async (workbench) => {
      await workbench.runCommand("View: Close All Editors");
      await workbench.runCommand("Gateway Connect: Explain Access");
      const page = await workbench.webview("the gateway takes this token");
      await page.evaluate((body) => {
        for (const one of body.querySelectorAll("details")) one.open = true;
      });
      await look(workbench, "the gateway takes this token");
    });

    await step("Explain Access where nobody is signed in", async (workbench) => {
      const name = suggestedName(new URL(world.sandbox.gatewayUrl));
      await workbench.runCommand("View: Close All Editors");
      await workbench.runCommand("Gateway Connect: Sign Out");
      await workbench.notification(`Signed out of ${name}`);
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Explain Access");
      await look(workbench, `Access to ${name}`);
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
