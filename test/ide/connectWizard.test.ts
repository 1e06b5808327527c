import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { startSilentAboutSignIn, startSilentServer, startWebPage } from "../support/oddGateways.ts";
import { readabilityOf } from "../support/vscode/readability.ts";
import { startSandbox } from "../support/vscode/sandbox.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The notifications on the screen, but for what code-server says of ports. */
async function ours(workbench: Workbench): Promise<readonly string[]> {
  return (await workbench.notificationTexts()).filter((text) => !/running on port|Looking at the access/.test(text));
}

/** What goes wrong while a gateway is connected is said where the person is, and they go on from there. */
test("who connects a gateway stays in the flow, whatever fails", async (t) => {
  const world = await startWorld({ registration: false, progress: (line) => t.diagnostic(line) });
  const useless = await startSandbox({ profile: "entraV1" });
  const open = await startSandbox();
  const quiet = await startSilentServer();
  const page = await startWebPage();
  const secretive = await startSilentAboutSignIn(open.gatewayUrl);
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const settingsFile = join(world.home, "user-data", "User", "settings.json");
  const title = "Connect Gateway";
  try {
    await steps.open();

    await step("an address where nobody listens is kept in its box, with what is wrong below it", async (workbench) => {
      const nobody = `http://127.0.0.1:${await freePort()}/mcp`;
      await workbench.runCommand(title);
      await workbench.fillInput(nobody, title);
      await workbench.inputSays("Nobody listens at this address");
      await workbench.screenshot("nobody listens");
      assert.equal(await workbench.inputValue(), nobody);
      await workbench.typeInput("https://gateway.invalid/mcp");
      await workbench.fillInput();
      await workbench.inputSays("The name of this host is not known");
      await workbench.screenshot("no such host");
      await workbench.fillInput(page.url);
      await workbench.inputSays("it is not an MCP server");
      await workbench.screenshot("not an MCP server");
      assert.deepEqual(await ours(workbench), []);
    });

    await step(
      "a server that says nothing is told of within ten seconds or so, and may be waited for",
      async (workbench) => {
        const before = Date.now();
        await workbench.fillInput(quiet.url);
        await workbench.inputTitled(`${quiet.host} has not answered for 10 seconds`);
        const seconds = (Date.now() - before) / 1000;
        assert.ok(seconds < 14, `${seconds} s`);
        await workbench.screenshot("no answer for ten seconds");
        assert.deepEqual(
          (await workbench.pickLabels()).map((label) => label.trim()),
          ["Keep Waiting", "Change the Address…", "Cancel"],
        );
        await workbench.pick("Keep Waiting");
        quiet.speak();
        await workbench.inputSays("it is not an MCP server");
      },
    );

    await step(
      "where the gateway does not say where to sign in, the issuer is asked for and read",
      async (workbench) => {
        await workbench.fillInput(secretive.url);
        await workbench.inputSays("Enter the issuer of your identity provider");
        await workbench.screenshot("the issuer is asked for");
        await workbench.fillInput("http://127.0.0.1:9/issuer");
        await workbench.inputSays("The identity provider cannot be found");
        await workbench.screenshot("an issuer that is none");
        await workbench.inputBack();
        await workbench.inputSays("The address of your company's MCP gateway");
        assert.equal(await workbench.inputValue(), secretive.url);
        await workbench.escape();
        assert.doesNotMatch(await readFile(settingsFile, "utf8"), /issuer/);
      },
    );

    await step("Back leads from the client ID to the address, and both are kept", async (workbench) => {
      await workbench.runCommand(title);
      await workbench.fillInput(world.sandbox.gatewayUrl, title);
      await workbench.inputSays("needs a client ID");
      await workbench.screenshot("the client ID is asked for");
      await workbench.inputBack();
      await workbench.inputSays("The address of your company's MCP gateway");
      assert.equal(await workbench.inputValue(), world.sandbox.gatewayUrl);
      await workbench.fillInput();
      await workbench.inputSays("needs a client ID");
      await workbench.fillInput(world.sandbox.clientId ?? "");
      assert.match(await steps.signIn("Ada Lovelace"), /Ada Lovelace/);
      const said = await workbench.notification(/Connected to \S+ as Ada Lovelace/);
      assert.match(said.text, new RegExp(new URL(world.sandbox.issuer).host.replaceAll(".", "\\.")));
      await workbench.clearNotifications();
    });

    await step(
      "a gateway that refuses the token stays connected, and Explain Access has what was found",
      async (workbench) => {
        const name = suggestedName(new URL(useless.gatewayUrl));
        await workbench.runCommand(title);
        await workbench.fillInput(useless.gatewayUrl, title);
        await workbench.inputSays("needs a client ID");
        await workbench.fillInput(useless.clientId ?? "");
        await steps.signIn("Ada Lovelace");
        await workbench.inputTitled("refused a token that was just issued");
        await workbench.screenshot("the gateway refuses the token");
        const offered = (await workbench.pickLabels())
          .map((label) => label.trim())
          .filter((label) => /^(Explain|Enter|Use|Try|Leave|Remove) /.test(label));
        assert.deepEqual(offered, [
          "Explain Access",
          "Use Another Account…",
          "Try Again",
          "Leave It for Now",
          `Remove ${name}…`,
        ]);
        assert.deepEqual(await ours(workbench), []);
        await workbench.pick("Explain Access");
        const shown = await workbench.webview(useless.gatewayUrl);
        assert.match(await shown.innerText(), /First to mend: Issuer \(iss\)/);
      },
    );

    await step("Explain Access opens at what failed, and reads well when it is narrow", async (workbench) => {
      const shown = await workbench.webview(useless.gatewayUrl);
      const failed = shown.locator(".check.failed").first();
      await failed.waitFor();
      const place = await failed.evaluate((one) => ({
        hasFocus: one === one.ownerDocument.activeElement,
        isSeen: one.getBoundingClientRect().top >= 0 && one.getBoundingClientRect().bottom <= innerHeight,
      }));
      assert.deepEqual(place, { hasFocus: true, isSeen: true });
      assert.doesNotMatch(await shown.innerText(), /\d{4}-\d\d-\d\dT\d\d:/);
      const { page } = workbench;
      for (const width of [1280, 500, 400]) {
        await page.setViewportSize({ width, height: 800 });
        assert.deepEqual(await readabilityOf(shown), { faint: [], isCut: false }, `${width} px`);
        await workbench.screenshot(`explain access ${width}`);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await step(
      "signed out, what was found stays to be read, and the gateway is removed like any other",
      async (workbench) => {
        const name = suggestedName(new URL(useless.gatewayUrl));
        await workbench.statusBarItem("Gateways 1/2");
        await workbench.runCommand("Gateway Connect: Sign Out");
        await workbench.pick(name);
        await workbench.notification(`Signed out of ${name}`);
        await workbench.clearNotifications();
        await workbench.runCommand("Gateway Connect: Remove Gateway");
        await workbench.pick(name);
        await workbench.dialogButton("Remove");
        await workbench.clearNotifications();
      },
    );
  } finally {
    await steps.end();
    for (const one of [useless, open, quiet, page, secretive]) await one.stop();
    await world.stop();
  }
});
