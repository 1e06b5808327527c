import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { startSandbox } from "../support/vscode/sandbox.ts";
import { signInAs } from "../support/vscode/signInPages.ts";
import { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** A provider as companies have them: a client ID to enter, a refusal to understand, a machine, a code, two accounts. */
test("people and machines get in at providers with ways of their own, and are told why where they do not", async (t) => {
  const pictures = process.env.GATEWAY_CONNECT_PICTURES ?? (await mkdtemp(join(tmpdir(), "gateway-connect-pictures-")));
  const world = await startWorld({ profile: "okta", progress: (line) => t.diagnostic(line) });
  const machines = await startSandbox({ profile: "cognito", callers: "machines" });
  let stuck: string | undefined;
  let workbench: Workbench | undefined;
  const window = (): Workbench => {
    if (!workbench) throw new Error("VS Code is not open yet");
    return workbench;
  };
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) =>
    t.test(what, async (inner) => {
      if (stuck) return inner.skip(`not reached: "${stuck}" failed`);
      try {
        await run(window());
        await window().screenshot(what);
      } catch (error) {
        stuck = what;
        console.error(`picture: ${join(pictures, await window().screenshot(`failed ${what}`))}`);
        console.error((await world.extensionLog()).slice(-3000));
        throw error;
      }
    });
  const signIn = async (person: string) => {
    const page = await window().nextPage(() => window().dialogButton("Allow"));
    const landed = await signInAs(person, page);
    await page.close();
    return landed;
  };
  try {
    workbench = await Workbench.open(world.server.url, {
      browser: world.browser,
      profile: join(world.home, "browser"),
      pictures,
    });
    await world.companion.ready();

    await step(
      "a provider that lets nobody register asks for the client ID, and a person signs in",
      async (workbench) => {
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
        await workbench.inputSays("needs a client ID");
        await workbench.screenshot("the client ID is asked for");
        await workbench.fillInput(world.sandbox.clientId ?? "");
        assert.match(await signIn("Ada Lovelace"), /Ada Lovelace/);
        await workbench.fillInput("okta", "Connect Gateway");
        await workbench.notification("Connected to okta as Ada Lovelace");
        await workbench.statusBarItem("Ada Lovelace · okta");
        await workbench.clearNotifications();
      },
    );

    await step("Explain Access shows every rule beside the token, and all of them passed", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Explain Access");
      const page = await workbench.webview("customClaim");
      const text = await page.innerText();
      assert.match(text, /Okta/);
      assert.doesNotMatch(text, /failed/i);
    });

    await step(
      "a machine connects with its client ID and secret, and the status bar says that it is one",
      async (workbench) => {
        const { clientId, clientSecret } = await machines.ask<{ clientId: string; clientSecret: string }>("machine");
        await workbench.runCommand("Gateway Connect: Connect Gateway as a Machine…");
        await workbench.fillInput(machines.gatewayUrl, "Connect Gateway as a Machine");
        await workbench.inputSays("client credentials grant");
        await workbench.fillInput(clientId);
        await workbench.inputSays("It is kept in the editor's secret storage");
        await workbench.screenshot("the secret is asked for");
        await workbench.fillInput(clientSecret);
        await workbench.dialogButton("Allow");
        await workbench.fillInput("nightly", "Connect Gateway as a Machine");
        await workbench.notification(`Connected to nightly as the machine ${clientId}`);
        await workbench.clearNotifications();
        await workbench.runCommand("Gateway Connect: Sign Out");
        await workbench.pick("okta");
        await workbench.notification("Signed out of okta");
        await workbench.clearNotifications();
        const item = await workbench.statusBarItem("Sign in to okta");
        assert.match(await item.hover(), new RegExp(`signed in as the machine ${clientId}`));
        await workbench.screenshot("the tooltip of a machine");
        const accounts = await world.companion.ask<readonly { label: string }[]>("listAccounts");
        assert.deepEqual(
          accounts.value?.map(({ label }) => label),
          [clientId],
        );
      },
    );

    await step("Sign In with a Code shows a code, which is entered on any device", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Sign In with a Code…");
      await workbench.dialogButton("Allow");
      const said = await workbench.notification("To sign in to okta, enter the code");
      await workbench.screenshot("the code");
      const page = await workbench.nextPage(() => said.press("Copy Code and Open Page"));
      await enterCode(page, "Ada Lovelace");
      await page.close();
      await workbench.notification("Signed in to okta as Ada Lovelace");
      await workbench.statusBarItem("Ada Lovelace · okta");
      await workbench.clearNotifications();
    });
  } finally {
    await workbench?.close();
    await machines.stop();
    await world.stop();
    if (!stuck && !process.env.GATEWAY_CONNECT_PICTURES) await rm(pictures, { recursive: true, force: true });
  }
});

/** Enters what is on the page already, confirms it, signs in and allows. */
async function enterCode(page: Page, person: string): Promise<void> {
  const done = page.getByText("Go back to your device");
  const choices = [
    page.getByRole("button", { name: /^(Continue$|Yes, it does)/ }),
    page.getByText(`Continue as ${person}`),
    page.getByRole("button", { name: /^Allow/ }),
  ];
  for (;;) {
    const next = await Promise.any([
      done.waitFor({ timeout: 20_000 }).then(() => undefined),
      ...choices.map((choice) =>
        choice
          .first()
          .waitFor({ timeout: 20_000 })
          .then(() => choice.first()),
      ),
    ]);
    if (!next) return;
    await next.click();
    await next.waitFor({ state: "detached", timeout: 20_000 });
  }
}
