import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { until } from "../support/until.ts";
import { enterCode } from "../support/vscode/enterCode.ts";
import { startSandbox } from "../support/vscode/sandbox.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** What needs a person is a click away, and what they decide waits for them. */
test("the status bar, its menu, a change of a file and a code lead to what is needed, and wait for it", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const another = await startSandbox({});
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const [one, two] = [world.sandbox, another].map(({ gatewayUrl }) => suggestedName(new URL(gatewayUrl)));
  const connect = async (workbench: Workbench, url: string) => {
    await workbench.runCommand("Connect Gateway");
    await workbench.fillInput(url, "Connect Gateway");
    await steps.signIn("Ada Lovelace");
    await workbench.notification(`Connected to ${suggestedName(new URL(url))}`);
    await workbench.clearNotifications();
  };
  const labels = async (workbench: Workbench) => (await workbench.pickLabels()).map((label) => label.trim());
  const file = join(world.workspace, ".cursor", "mcp.json");
  const add = async (workbench: Workbench) => {
    await workbench.runCommand("Gateway Connect: Add Gateway to mcp.json…");
    await workbench.pick(String(one));
    // The list is longer than what is seen of it.
    await workbench.inputTitled("Add it to which file?");
    await workbench.typeInput("Cursor");
    await workbench.pick("Cursor, for this folder");
  };

  try {
    await steps.open();

    await step("the palette finds a way in by the words that people search for", async (workbench) => {
      for (const word of ["login", "agentcore", "oauth", "sign in", "mcp gateway"]) {
        await workbench.openPalette();
        await workbench.typeInput(`>${word}`);
        const found = await labels(workbench);
        // The view begins with what one can do without a gateway.
        assert.ok(
          found.some((label) => /Connect Gateway|Sign In|MCP Gateways View/.test(label)),
          `${word}: ${found.join(", ")}`,
        );
        if (word === "login") await workbench.screenshot("login in the palette");
        await workbench.escape();
      }
    });

    await step(
      "of one gateway the status bar says who its person is, and a filter by its name runs",
      async (workbench) => {
        await connect(workbench, world.sandbox.gatewayUrl);
        const item = await workbench.statusBarItem(`Ada Lovelace · ${one}`);
        await item.hover();
        await workbench.screenshot("the tooltip of one gateway");
        await item.click();
        await workbench.inputTitled("Gateway Connect");
        await workbench.screenshot("the menu of one gateway");
        await workbench.typeInput(String(one));
        await until(async () => (await labels(workbench)).length === 1, "the filter");
        assert.deepEqual(await labels(workbench), [`Run a Tool of ${one}…`]);
        await workbench.escape();
      },
    );

    await step(
      "of several it says how many can be used, and the menu begins with what is needed",
      async (workbench) => {
        await connect(workbench, another.gatewayUrl);
        await workbench.statusBarItem("Gateways 2/2");
        await workbench.runCommand("Gateway Connect: Sign Out");
        await workbench.pick(String(two));
        await workbench.notification(`Signed out of ${two}`);
        await workbench.clearNotifications();
        const item = await workbench.statusBarItem("Gateways 1/2");
        const tooltip = await item.hover();
        assert.match(tooltip, new RegExp(`${two}: signed out.*${one}: signed in as Ada Lovelace`));
        await workbench.screenshot("the tooltip of several gateways");
        await item.click();
        await workbench.inputTitled("Gateway Connect");
        const offered = await labels(workbench);
        assert.deepEqual(offered.slice(0, 3), [`Sign In to ${two}`, one, two]);
        await workbench.screenshot("the menu of several gateways");
        await workbench.pick(`Sign In to ${two}`);
        await steps.signIn("Ada Lovelace");
        await workbench.statusBarItem("Gateways 2/2");
        await (await workbench.statusBarItem("Gateways 2/2")).click();
        await workbench.fillInput(String(two), "Gateway Connect");
        await workbench.inputTitled(String(two));
        await workbench.screenshot("what can be done with one of several");
        assert.deepEqual((await labels(workbench))[0], `Run a Tool of ${two}…`);
        await workbench.pick("All Gateways");
        await workbench.inputTitled("Gateway Connect");
        await workbench.escape();
        await workbench.clearNotifications();
      },
    );

    await step("a change of a file is discarded in the title of its comparison", async (workbench) => {
      await add(workbench);
      await workbench.editorAction("Write This Change");
      await workbench.screenshot("a change of a file");
      await (await workbench.editorAction("Discard This Change")).click();
      await until(async () => !(await workbench.offersCommand("Gateway Connect: Write This Change")), "it is over");
      assert.equal(existsSync(file), false);
    });

    await step("a file that was changed meanwhile is shown anew before it is written", async (workbench) => {
      await add(workbench);
      await workbench.editorAction("Write This Change");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, '{ "mcpServers": { "docs": { "url": "https://docs.example.com/mcp" } } }\n');
      await (await workbench.editorAction("Write This Change")).click();
      await workbench.notification("was changed meanwhile");
      await workbench.editorShows("docs.example.com");
      await workbench.screenshot("the change as it is by now");
      await workbench.runCommand("Gateway Connect: Write This Change");
      await workbench.notification(`Added ${one} to`);
      const { mcpServers } = JSON.parse(await readFile(file, "utf8"));
      assert.deepEqual(Object.keys(mcpServers).length, 2);
      await workbench.clearNotifications();
    });

    await step("a code stays until it was entered, and is shown again from the menu", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Sign Out");
      await workbench.pick(String(two));
      await workbench.notification(`Signed out of ${two}`);
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Sign In with a Code…");
      await workbench.pick(String(two));
      await workbench.dialogButton("Allow");
      await workbench.inputTitled(`Sign In to ${two} with the Code`);
      await workbench.screenshot("the code");
      await (await workbench.statusBarItem(`Signing in to ${two}`)).click();
      await workbench.inputTitled("Gateway Connect");
      await workbench.screenshot("the menu while a code waits");
      await workbench.pick("Show the Code Again");
      const page = await workbench.nextPage(() => workbench.pick("and Open the Page"));
      await enterCode(page, "Ada Lovelace");
      await page.close();
      await workbench.notification(`Signed in to ${two} as Ada Lovelace`);
      await workbench.statusBarItem("Gateways 2/2");
    });
  } finally {
    await steps.end();
    await another.stop();
    await world.stop();
  }
});
