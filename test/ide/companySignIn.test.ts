import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { ENTERPRISE_PROFILE } from "../../src/sandbox/sandboxArguments.ts";
import { until } from "../support/until.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { CLIENT_SECRET, startWorld } from "../support/vscode/world.ts";

/** Somebody leaves a computer on which their company let them into its gateways. */
test("a company's sign-in is ended with all that came from it, by one command that says what goes on", async (t) => {
  const world = await startWorld({
    progress: (line) => t.diagnostic(line),
    profile: ENTERPRISE_PROFILE,
    settings: ({ gatewayUrl, clientId, enterprise }) => ({
      "gatewayConnect.enterpriseIdentityProvider": enterprise,
      "gatewayConnect.gateways": { [gatewayUrl]: { clientId, clientSecret: { environment: CLIENT_SECRET } } },
    }),
  });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const name = suggestedName(new URL(world.sandbox.gatewayUrl));
  try {
    await steps.open();

    await step("the gateway is entered by way of the company", async (workbench) => {
      await workbench.runCommand("Connect Gateway");
      await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
      await steps.signIn("Ada Lovelace");
      await workbench.notification(`Connected to ${name} as Ada Lovelace`);
      await workbench.clearNotifications();
    });

    await step("a window of another computer says why its sign-in is not shared from there", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Share Sign-In with Programs on This Computer…");
      await workbench.notification("This window works on another computer");
      await workbench.screenshot("why a sign-in is not shared here");
    });

    await step("the menu of the status bar offers to sign out of the company", async (workbench) => {
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Show Menu");
      await workbench.typeInput("my company");
      await workbench.screenshot("Sign Out of My Company in the menu");
      assert.ok((await workbench.pickLabels()).some((label) => label.includes("Sign Out of My Company")));
      await workbench.pick("Sign Out of My Company");
    });

    await step("the question says what ends and what goes on", async (workbench) => {
      const said = await workbench.dialogText();
      assert.match(said, /Sign out of your company/);
      assert.match(said, /You are signed out of what you entered by it/);
      assert.match(said, /Other editors and programs that signed in by themselves stay signed in/);
      assert.match(said, /Your browser stays signed in there/);
      await workbench.screenshot("the question whether the company is signed out of");
      await workbench.dialogButton("Sign Out of My Company");
    });

    await step("the report says what was revoked", async (workbench) => {
      await until(async () => /Signed out of your company/.test(await workbench.dialogText()), "the report");
      await workbench.screenshot("the report of the company's end");
      assert.match(await workbench.dialogText(), /The tokens were revoked, and deleted from this computer/);
      const page = await workbench.nextPage(() => workbench.dialogButton("Sign Out in the Browser Too"));
      await page.waitForLoadState();
      await page.close();
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
