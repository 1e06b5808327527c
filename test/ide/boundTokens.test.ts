import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { until } from "../support/until.ts";
import { startSandbox } from "../support/vscode/sandbox.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** What a company has beyond AgentCore: tokens that are bound to a key, and a document in place of a registration. */
test("a gateway that takes bound tokens alone is connected like any other, and a document is written and checked", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const bound = await startSandbox({ bound: true });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const name = suggestedName(new URL(bound.gatewayUrl));
  const document = join(world.workspace, "gateway-connect.json");
  // Nobody is there, as long as it is not published.
  const url = "https://localhost:9/oauth/gateway-connect.json";

  try {
    await steps.open();

    await step("its sign-in is that of any other gateway, and a tool of it runs", async (workbench) => {
      await workbench.runCommand("Connect Gateway");
      await workbench.fillInput(bound.gatewayUrl, "Connect Gateway");
      await steps.signIn("Ada Lovelace");
      await workbench.notification(`Connected to ${name}`);
      await workbench.screenshot("connected with a bound token");
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Ping Gateway");
      await workbench.notification(/answered within/);
      await workbench.clearNotifications();
    });

    await step(
      "Explain Access says that its token is bound to a key, and that the gateway takes no others",
      async (workbench) => {
        await workbench.runCommand("Gateway Connect: Explain Access");
        const page = await workbench.webview("Tokens are bound to a key (DPoP)");
        await until(
          async () => /bound to the key of this sign-in/.test((await page.textContent()) ?? ""),
          "the report",
        );
        await workbench.screenshot("Explain Access about a bound token");
      },
    );

    await step("an address that cannot be a client ID is told while it is typed", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Write Client Metadata Document…");
      await workbench.inputTitled("Write Client Metadata Document");
      await workbench.typeInput("http://localhost/oauth/client.json");
      await until(async () => /Expected an https address/.test(await workbench.inputMessage()), "the message");
      await workbench.screenshot("an address that cannot be a client ID");
    });

    await step(
      "the document is saved and opened, and its check says what is wrong with what is published",
      async (workbench) => {
        await workbench.fillInput(url, "Write Client Metadata Document");
        await workbench.inputTitled("Save the Client Metadata Document");
        await workbench.screenshot("where to save the document");
        await workbench.fillInput(document);
        // The editor makes the file before it writes it.
        const written = await until(() => JSON.parse(readFileSync(document, "utf8")), "the document");
        assert.deepEqual([written.client_id, written.redirect_uris.length], [url, 8]);
        const asked = await workbench.notification("Publish the document at");
        await workbench.screenshot("the document and its check");
        await asked.press("Check It Now");
        await workbench.notification("The client metadata document is not right");
        await workbench.screenshot("what is wrong with the document");
      },
    );
  } finally {
    await steps.end();
    await bound.stop();
    await world.stop();
  }
});
