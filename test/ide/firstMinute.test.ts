import assert from "node:assert/strict";
import { test } from "node:test";
import { firstMinuteWays, walk } from "../support/vscode/firstMinute.ts";
import { GatewaysPane } from "../support/vscode/gatewaysPane.ts";
import { Steps } from "../support/vscode/steps.ts";
import { startWorld } from "../support/vscode/world.ts";

test("somebody who begins is at the first result of a tool after a few clicks, whichever way they take", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  try {
    await steps.open();
    for (const way of firstMinuteWays) {
      await steps.step(`the way to the first result: ${way.id}`, async (workbench) => {
        const { confirmations } = await walk(way, { workbench, world });
        await workbench.screenshot(`the first result: ${way.id}`);
        assert.deepEqual(confirmations, way.confirmations);
        if (way.id === "sandbox") return;
        await workbench.runCommand("View: Close All Editors");
        await workbench.runCommand("Gateway Connect: Remove Gateway");
        await workbench.dialogButton("Remove");
        await workbench.notification("Removed");
        await workbench.clearNotifications();
      });
    }

    await steps.step("who tried the sandbox finds it under its name, with its tools and its person", async () => {
      const pane = await GatewaysPane.open(steps.workbench);
      await pane.waitFor(/Sandbox\s*Ada Lovelace · \d+ tools/);
      await steps.workbench.statusBarItem("Ada Lovelace · Sandbox");
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
