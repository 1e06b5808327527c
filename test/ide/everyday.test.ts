import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** What people do on other days than the first: each in the interface, with what they get to see. */
test("everything in the menus does what it says", async (t) => {
  const world = await startWorld({ registration: false, progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const signIn = (person: string) => steps.signIn(person);
  /** What the two connections are called. */
  const demo = "Sandbox";
  const work = suggestedName(new URL(world.sandbox.gatewayUrl));
  try {
    await steps.open();
    await wakePages(steps.workbench, world);

    await step("Start Sandbox Gateway starts one and offers to connect it", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Start Sandbox Gateway");
      await workbench.inputTitled("Start Sandbox Gateway");
      const offered = (await workbench.pickLabels()).map((label) => label.trim());
      const missing = ["Any provider that follows the standards", "Okta"].filter((one) => !offered.includes(one));
      assert.deepEqual(missing, []);
      await workbench.screenshot("which identity provider");
      await workbench.pick("Any provider that follows the standards");
      const said = await workbench.notification("The sandbox gateway runs at");
      assert.match(said.text, /http:\/\/(127\.0\.0\.1|localhost):\d+\/mcp/);
      await workbench.screenshot("the sandbox runs");
      await said.press("Connect");
      assert.match(await signIn("Ada Lovelace"), /Ada Lovelace/);
      await workbench.statusBarItem("Ada Lovelace · Sandbox");
    });

    await step(
      "a tool is chosen by its title, its form is filled in, and its result is shown below",
      async (workbench) => {
        await workbench.runCommand("Gateway Connect: Run Gateway Tool…");
        await workbench.inputTitled(`Run a tool of ${demo}`);
        await workbench.screenshot("the tools");
        await workbench.typeInput("Adds two");
        await workbench.pick("Add");
        const page = await workbench.webview("sample___add");
        await page.getByLabel("a", { exact: true }).fill("two");
        await page.getByLabel("b", { exact: true }).fill("22");
        await page.getByRole("button", { name: "Run", exact: true }).click();
        await page.getByText("Expected a number, found a text.").waitFor();
        await workbench.screenshot("not a number");
        await page.getByLabel("a", { exact: true }).fill("20");
        await page.getByLabel("a", { exact: true }).press("Control+Enter");
        await page.locator("pre.plain", { hasText: /^42$/ }).waitFor();
        await workbench.screenshot("the result");
        await workbench.clearNotifications();
      },
    );

    await step(
      "the status bar tells more when pointed at, and offers what can be done when clicked",
      async (workbench) => {
        const item = await workbench.statusBarItem("Ada Lovelace");
        const tooltip = await item.hover();
        assert.match(tooltip, /signed in as Ada Lovelace/);
        assert.match(tooltip, /\d+ tools, token renewed at/);
        await workbench.screenshot("the tooltip");
        await item.click();
        const offered = await workbench.pickLabels();
        assert.deepEqual(
          offered
            .filter((label) => label.includes(demo) || /Use Another Account|Sign Out|Remove/.test(label))
            .map((label) => label.trim()),
          [
            `Run a Tool of ${demo}…`,
            "Use Another Account…",
            "Sign Out",
            "Remove Gateway…",
            "Sign Out of Everything and Clean Up…",
          ],
        );
      },
    );

    await step("another account takes the place of the first, whose tokens are revoked", async (workbench) => {
      await workbench.pick("Use Another Account");
      await workbench.dialogText();
      await workbench.screenshot("the dialog for another account");
      assert.match(await signIn("Grace Hopper"), /Grace Hopper/);
      await workbench.notification(`Signed in to ${demo} as Grace Hopper`);
      await workbench.statusBarItem("Grace Hopper");
      const accounts = await world.companion.ask<readonly { label: string }[]>("listAccounts");
      assert.deepEqual(
        accounts.value?.map(({ label }) => label),
        ["Grace Hopper at http://127.0.0.1:47111"],
      );
      await workbench.clearNotifications();
    });

    await step("connecting it again is refused in words, and changes nothing", async (workbench) => {
      const address = (await (await workbench.statusBarItem("Grace Hopper")).hover()).match(/http:\S+mcp/)?.[0] ?? "";
      await workbench.runCommand("Connect Gateway");
      await workbench.typeInput("not an address");
      await workbench.inputSays("This is not the address of a gateway");
      await workbench.screenshot("not an address");
      await workbench.fillInput(address);
      await workbench.inputTitled("You are connected to this gateway already");
      await workbench.screenshot("connected already");
      assert.equal((await workbench.pickLabels())[0]?.trim(), "Sign In");
      await workbench.escape();
      await workbench.statusBarItem("Grace Hopper");
    });

    await step("another window knows who is signed in, and when they sign out in this one", async (workbench) => {
      const { window: other, close } = await steps.openAnother();
      await other.statusBarItem(`Grace Hopper · ${demo}`);
      await workbench.runCommand("Gateway Connect: Sign Out");
      await workbench.notification(`Signed out of ${demo}`);
      await other.statusBarItem(`Sign in to ${demo}`);
      await workbench.screenshot("the other window", other.page);
      await close();
      await workbench.runCommand("Gateway Connect: Sign In");
      await signIn("Grace Hopper");
      await workbench.statusBarItem("Grace Hopper");
      await workbench.clearNotifications();
    });

    await step("signing out in the Accounts menu is our sign-out", async (workbench) => {
      await workbench.clearNotifications();
      await workbench.openAccounts();
      await workbench.screenshot("the accounts menu");
      await workbench.menuPath("Grace Hopper at", "Sign Out");
      await workbench.dialogButton(/^\s*Sign Out/);
      const said = await workbench.notification(`Signed out of ${demo}`);
      assert.match(said.text, /Revoked at/);
      await workbench.statusBarItem(`Sign in to ${demo}`);
      await workbench.clearNotifications();
    });

    await step(
      "a provider without registration: the redirect URI to register is shown, and the client ID asked for",
      async (workbench) => {
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
        await workbench.inputSays("needs a client ID");
        assert.match(await workbench.inputMessage(), /http:\/\/localhost:3334\/oauth\/callback/);
        await workbench.screenshot("the client ID is asked for");
        await workbench.fillInput(world.sandbox.clientId ?? "");
        await signIn("Ada Lovelace");
        await workbench.notification(`Connected to ${work} as Ada Lovelace`);
        await workbench.statusBarItem("Gateways 1/2");
      },
    );

    await step("diagnostics are copied", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Copy Diagnostics");
      await workbench.notification("Diagnostics were copied");
      await workbench.clearNotifications();
    });

    await step("a gateway is removed only after a question, and it is signed out of first", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Remove Gateway");
      await workbench.pick(work);
      assert.match(await workbench.dialogText(), /signed out of it first/);
      await workbench.screenshot("the question before removing");
      await workbench.dialogButton("Remove");
      await workbench.notification(`Removed ${work}`);
      const { revocations } = await world.sandbox.ask<{ revocations: readonly string[] }>("observe");
      assert.ok(revocations.includes("refresh_token"), String(revocations));
    });

    const gatewayFile = join(world.workspace, "tools.gateway.json");
    const writeGateway = (local: object) =>
      writeFile(
        gatewayFile,
        JSON.stringify({ name: "tools", authorizerType: "NONE", targets: [], local }, undefined, 2),
      );

    await step("the editor finds what is wrong with a gateway's file while it is written", async () => {
      await writeGateway({ port: "any", metric: true });
      const { value } = await world.companion.ask<readonly string[]>("problems", { path: gatewayFile });
      assert.deepEqual(value?.toSorted(), ['Incorrect type. Expected "integer".', "Property metric is not allowed."]);
    });

    await step("Start Local Gateway says where the file is wrong, and opens it there", async (workbench) => {
      await workbench.runAndPick("Gateway Connect: Start Local Gateway…", "Start Local Gateway", "tools.gateway.json");
      const said = await workbench.notification("The local gateway did not start");
      assert.match(said.text, /line 6, column 13: local\.port: expected a whole number, found a text \(and 1 more\)/);
      await said.press("Open File");
      await workbench.statusBarItem("Ln 6, Col 13");
      const { value = [] } = await world.companion.ask<readonly string[]>("problems", { path: gatewayFile });
      const ours = value.filter((problem) => problem.startsWith("local."));
      assert.deepEqual(ours.toSorted(), [
        "local.metric: is not known; did you mean metrics?",
        "local.port: expected a whole number, found a text",
      ]);
    });

    await step("Start Local Gateway starts the gateway of a file and follows the file", async (workbench) => {
      await writeGateway({});
      await workbench.runAndPick("Gateway Connect: Start Local Gateway…", "Start Local Gateway", "tools.gateway.json");
      const said = await workbench.notification("The local gateway tools runs at");
      const url = /http:\S+\/mcp/.exec(said.text)?.[0] ?? "";
      await workbench.screenshot("the local gateway runs");
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
      const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
      const answer = await fetch(url, { method: "POST", headers, body });
      await writeGateway({ port: -1 });
      const warned = await workbench.notification("The local gateway goes on as it was");
      const after = await fetch(url, { method: "POST", headers, body });
      assert.deepEqual([answer.status, after.status], [200, 200]);
      assert.match(warned.text, /tools\.gateway\.json: line 6, column 13: local\.port/);
    });

    await step("Stop Local Gateway ends it", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Stop Local Gateway");
      await workbench.notification("Stopped: tools.");
      assert.equal(await workbench.offersCommand("Gateway Connect: Stop Local Gateway"), false);
    });

    await step("Stop Sandbox Gateway ends it", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Stop Sandbox Gateway");
      await workbench.notification("The sandbox gateway was stopped");
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
