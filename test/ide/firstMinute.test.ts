import assert from "node:assert/strict";
import { test } from "node:test";
import { firstMinuteWays, walk } from "../support/vscode/firstMinute.ts";
import { GatewaysPane } from "../support/vscode/gatewaysPane.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld, type World } from "../support/vscode/world.ts";

type Way = (typeof firstMinuteWays)[number];

async function walked(way: Way, workbench: Workbench, world: World): Promise<void> {
  const { confirmations } = await walk(way, { workbench, world });
  await workbench.screenshot(`the first result: ${way.id}`);
  assert.deepEqual(confirmations, way.confirmations);
}

test("somebody who begins is at the first result of a tool after a few clicks, whichever way they take", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  try {
    await steps.open();
    await wakePages(steps.workbench, world);
    // Who tried the sandbox goes on with it.
    const last = firstMinuteWays.find(({ id }) => id === "sandbox");
    const ways = firstMinuteWays.filter((way) => way.world === undefined && way !== last);
    for (const way of ways) {
      await steps.step(`the way to the first result: ${way.id}`, async (workbench) => {
        await walked(way, workbench, world);
        await workbench.runCommand("View: Close All Editors");
        await workbench.runCommand("Gateway Connect: Remove Gateway");
        await workbench.dialogButton("Remove");
        await workbench.notification("Removed");
        if (way.id === "companySandbox") {
          await workbench.runCommand("Gateway Connect: Stop Sandbox Gateway");
          await workbench.notification("The sandbox gateway was stopped");
        }
        await workbench.clearNotifications();
      });
    }
    await steps.step("the way to the first result: sandbox", async (workbench) => {
      assert.ok(last);
      await walked(last, workbench, world);
    });

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

for (const way of firstMinuteWays.filter((one) => one.world !== undefined)) {
  test(`the way to the first result, in an editor of its own: ${way.id}`, async (t) => {
    const world = await startWorld({ ...way.world, progress: (line) => t.diagnostic(line) });
    const steps = await Steps.start(t, world);
    try {
      await steps.open();
      await wakePages(steps.workbench, world);
      await steps.step(way.id, (workbench) => walked(way, workbench, world));
    } finally {
      await steps.end();
      await world.stop();
    }
  });
}
