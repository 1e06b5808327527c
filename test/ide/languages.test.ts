import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { translationsOf } from "../support/vscode/languagePack.ts";
import { faultsOf } from "../support/vscode/looks.ts";
import { Steps } from "../support/vscode/steps.ts";
import { startWorld } from "../support/vscode/world.ts";

/** The editor speaks the language as far as extensions see it; its own words stay English, see `languagePack`. */
for (const language of ["ja", "es"] as const) {
  test(`in an editor that speaks ${language} the extension does so too, and nothing of it is cut off`, async (t) => {
    const world = await startWorld({ language, progress: (line) => t.diagnostic(line) });
    const steps = await Steps.start(t, world);
    const words = await translationsOf(language);
    const command = (name: string, ...args: unknown[]) => ({ command: `gatewayConnect.${name}`, args });
    const begin = (name: string) => world.companion.begin("runCommand", command(name));
    try {
      await steps.open();

      await steps.step("the view and the wizard", async (workbench) => {
        assert.equal((await world.companion.ask("language")).value, language);
        await world.companion.ask("runCommand", command("gateways.focus"));
        await workbench.page.locator(".part.sidebar").getByText(words("Connect Gateway")).first().waitFor();
        await workbench.screenshot(`${language} welcome`);
        await begin("connect");
        await workbench.fillInput("http://127.0.0.1:47999/mcp");
        await workbench.inputSays(words("Nobody listens at this address."));
        await workbench.screenshot(`${language} nobody listens`);
        assert.match(await world.extensionLog(), /\[error\] Nobody listens at this address\. /);
        await workbench.fillInput(world.sandbox.gatewayUrl);
        // The page that it ends on speaks the language too.
        const page = await workbench.nextPage(() => workbench.dialogButton("Allow"));
        await page.getByText("Continue as Ada Lovelace").click();
        await page.getByRole("button", { name: /^Allow/ }).click();
        await page.locator(`html[lang=${language}]`).waitFor();
        await page.close();
        await workbench.notification("Ada Lovelace");
        await workbench.screenshot(`${language} connected`);
        await workbench.clearNotifications();
      });

      await steps.step("the page of a tool, wide and narrow", async (workbench) => {
        const file = `${world.home}/user-data/User/globalStorage/gateway-connect.gateway-connect/connections.json`;
        const { connections } = JSON.parse(await readFile(file, "utf8")) as { connections: readonly { id: string }[] };
        await world.companion.ask(
          "runCommand",
          command("runTool", { gateway: connections[0]?.id, name: "sample___add" }),
        );
        const page = await workbench.webview("sample___add");
        await page.getByRole("button", { name: words("Run"), exact: true }).click();
        await page.locator(".fault, [aria-invalid=true]").first().waitFor();
        for (const width of [1280, 400]) {
          await workbench.page.setViewportSize({ width, height: 800 });
          if (width === 400) await world.companion.ask("runCommand", { command: "workbench.action.closeSidebar" });
          assert.deepEqual(await faultsOf(page), [], `${width} px`);
          await workbench.screenshot(`${language} tool ${width}`);
        }
        await workbench.page.setViewportSize({ width: 1280, height: 800 });
        await workbench.runCommand("View: Close All Editors");
      });

      await steps.step("the settings of a gateway, in the words of the manifest", async (workbench) => {
        const manifest = JSON.parse(await readFile(`package.nls.${language}.json`, "utf8")) as Record<string, string>;
        const said = manifest["configuration.gateways.clientMetadataUrl.markdownDescription"] ?? "";
        await begin("openSettings");
        const first = workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "clientMetadataUrl" });
        await first.filter({ hasText: said }).waitFor();
        await workbench.screenshot(`${language} settings`);
        // A command that goes on keeps the window open.
        await workbench.escape();
      });

      await steps.step("Explain Access, wide and narrow", async (workbench) => {
        await begin("explainAccess");
        const page = await workbench.webview(words("Everything passes: the gateway takes this token."));
        for (const width of [1280, 400]) {
          await workbench.page.setViewportSize({ width, height: 800 });
          assert.deepEqual(await faultsOf(page), [], `${width} px`);
          await workbench.screenshot(`${language} explain ${width}`);
        }
        await workbench.page.setViewportSize({ width: 1280, height: 800 });
      });
    } finally {
      await steps.end();
      await world.stop();
    }
  });
}
