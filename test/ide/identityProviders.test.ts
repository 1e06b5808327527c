import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { suggestedName } from "../../src/connections/connection.ts";
import { enterCode } from "../support/vscode/enterCode.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { ProcessWatch } from "../support/vscode/processWatch.ts";
import { startSandbox } from "../support/vscode/sandbox.ts";
import { searchWorld } from "../support/vscode/searchWorld.ts";
import type { Secret } from "../support/vscode/secretSearch.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

/** A provider as companies have them: a client ID to enter, a refusal to understand, a machine, a code, two accounts. */
test("people and machines get in at providers with ways of their own, and are told why where they do not", async (t) => {
  const world = await startWorld({ profile: "okta", progress: (line) => t.diagnostic(line) });
  const machines = await startSandbox({ profile: "cognito", callers: "machines" });
  const useless = await startSandbox({ profile: "oktaOrg" });
  const watch = new ProcessWatch();
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  const signIn = (person: string) => steps.signIn(person);
  const nightly = suggestedName(new URL(machines.gatewayUrl));
  /** What the two connections of people are called. */
  const okta = suggestedName(new URL(world.sandbox.gatewayUrl));
  const second = "second";
  try {
    await steps.open();
    await wakePages(steps.workbench, world);

    await step(
      "a provider that lets nobody register asks for the client ID, and a person signs in",
      async (workbench) => {
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
        await workbench.inputSays("needs a client ID");
        await workbench.screenshot("the client ID is asked for");
        await workbench.fillInput(world.sandbox.clientId ?? "");
        assert.match(await signIn("Ada Lovelace"), /Ada Lovelace/);
        await workbench.notification(`Connected to ${okta} as Ada Lovelace`);
        await workbench.statusBarItem(`Ada Lovelace · ${okta}`);
        await workbench.clearNotifications();
      },
    );

    await step("Explain Access shows every rule beside the token, and all of them passed", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Explain Access");
      const page = await workbench.webview("customClaim");
      // What passed is folded.
      const text = (await page.locator("main").textContent()) ?? "";
      assert.match(text, /Okta/);
      assert.doesNotMatch(text, /failed/i);
      await page.getByRole("button", { name: "Copy Report" }).click();
      await workbench.statusBarItem("The report was copied");
    });

    await step(
      "a server of the same name in the editor's own file is found, which would take its tools away",
      async (workbench) => {
        const file = join(world.workspace, ".vscode", "mcp.json");
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, JSON.stringify({ servers: { [okta]: { url: "https://other.example.com/mcp" } } }));
        await workbench.runCommand("Gateway Connect: Explain Access");
        const page = await workbench.webview("Rename or remove that server");
        assert.match(await page.innerText(), new RegExp(`"${okta}" in .*mcp\\.json`));
        await rm(dirname(file), { recursive: true });
      },
    );

    await step(
      "a provider whose tokens no gateway takes: the refusal leads to the page, which says what to do",
      async (workbench) => {
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(useless.gatewayUrl, "Connect Gateway");
        await workbench.inputSays("needs a client ID");
        await workbench.fillInput(useless.clientId ?? "");
        await signIn("Ada Lovelace");
        await workbench.inputTitled("refused a token that was just issued");
        await workbench.screenshot("the refusal");
        await workbench.pick("Explain Access");
        const page = await workbench.webview(useless.gatewayUrl);
        assert.match(await page.innerText(), /custom authorization server/i);
        // The connection stays, so that it works as soon as its gateway takes the token.
        const name = suggestedName(new URL(useless.gatewayUrl));
        const item = await workbench.statusBarItem("Gateways 1/2");
        assert.match(await item.hover(), new RegExp(name));
        await workbench.runAndPick("Gateway Connect: Remove Gateway", "Remove which gateway?", name);
        assert.match(await workbench.dialogText(), new RegExp(name));
        await workbench.dialogButton("Remove");
        await workbench.notification(`Removed ${name}`);
        await workbench.clearNotifications();
      },
    );

    await step(
      "a second gateway of the same client needs no other sign-in, and takes another person when asked",
      async (workbench) => {
        await writeFile(
          join(world.workspace, "second.gateway.json"),
          JSON.stringify({ name: "second", authorizerConfiguration: world.sandbox.authorizer, targets: [] }),
        );
        await workbench.runAndPick(
          "Gateway Connect: Start Local Gateway…",
          "Start Local Gateway",
          "second.gateway.json",
        );
        const pages = workbench.pageCount();
        const runs = await workbench.notification("The local gateway second runs at");
        await runs.press("Connect");
        await workbench.inputSays("needs a client ID");
        await workbench.fillInput(world.sandbox.clientId ?? "");
        await workbench.dialogButton("Allow");
        await workbench.notification(`Connected to ${second} as Ada Lovelace`);
        assert.equal(workbench.pageCount(), pages);
        await workbench.clearNotifications();
        await (await workbench.statusBarItem("Gateways 2/2")).click();
        await workbench.pick(second);
        await workbench.pick("Use Another Account");
        await signIn("Grace Hopper");
        await workbench.notification(`Signed in to ${second} as Grace Hopper`);
        await workbench.clearNotifications();
        await workbench.openAccounts();
        await workbench.screenshot("two people in the accounts menu");
        await workbench.escape();
        await workbench.runCommand("Gateway Connect: Use Another Account…");
        await workbench.pick(second);
        await workbench.inputTitled(`Use which account for ${second}?`);
        await workbench.screenshot("which account");
        await workbench.pick("Ada Lovelace");
        await workbench.notification(`Signed in to ${second} as Ada Lovelace`);
        await workbench.clearNotifications();
        const accounts = await world.companion.ask<readonly { label: string }[]>("listAccounts");
        assert.deepEqual(
          accounts.value?.map(({ label }) => label),
          [`Ada Lovelace at ${world.sandbox.issuer}`],
        );
        await workbench.runCommand("Gateway Connect: Remove Gateway");
        await workbench.pick(second);
        await workbench.dialogButton("Remove");
        const removed = await workbench.notification(`Removed ${second}`);
        assert.match(removed.text, new RegExp(`The sign-in goes on for ${okta}`));
        await workbench.statusBarItem(`Ada Lovelace · ${okta}`);
        await workbench.clearNotifications();
      },
    );

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
        await workbench.notification(`Connected to ${nightly} as the machine ${clientId}`);
        await workbench.clearNotifications();
        await workbench.runCommand("Gateway Connect: Sign Out");
        await workbench.pick(okta);
        await workbench.notification(`Signed out of ${okta}`);
        await workbench.clearNotifications();
        const item = await workbench.statusBarItem("Gateways 1/2");
        assert.match(await item.hover(), new RegExp(`signed in as the machine ${clientId}`));
        await workbench.screenshot("the tooltip of a machine");
        const accounts = await world.companion.ask<readonly { label: string }[]>("listAccounts");
        assert.deepEqual(
          accounts.value?.map(({ label }) => label),
          [`the machine ${clientId} at ${machines.issuer}`],
        );
      },
    );

    await step("a machine whose secret is wrong is told so, and is given another one", async (workbench) => {
      const { clientId, clientSecret } = await machines.ask<{ clientId: string; clientSecret: string }>("machine");
      await workbench.runCommand("Gateway Connect: Change Client Secret…");
      await workbench.fillInput("an-expired-one", "Change Client Secret");
      await workbench.notification(`The secret of ${clientId} was changed`);
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Sign Out");
      await workbench.notification(`Signed out of ${nightly}`);
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Sign In");
      await workbench.pick(nightly);
      await workbench.dialogButton("Allow");
      const refused = await workbench.notification("The identity provider refused to issue a token");
      assert.match(refused.text, /enter it with "Change Client Secret…"/);
      await workbench.screenshot("a wrong secret");
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Change Client Secret…");
      await workbench.fillInput(clientSecret, "Change Client Secret");
      await workbench.dialogButton("Allow");
      await workbench.notification(`Signed in to ${nightly} as the machine ${clientId}`);
      await workbench.clearNotifications();
    });

    await step("Sign In with a Code shows a code, which is entered on any device", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Sign In with a Code…");
      await workbench.dialogButton("Allow");
      await workbench.inputTitled(`Sign In to ${okta} with the Code`);
      await workbench.screenshot("the code");
      const page = await workbench.nextPage(() => workbench.pick("and Open the Page"));
      // The browser still has the session of whoever signed in there last.
      await enterCode(page, "Grace Hopper");
      await page.close();
      await workbench.notification(`Signed in to ${okta} as Grace Hopper`);
      await workbench.statusBarItem("Gateways 2/2");
      await workbench.clearNotifications();
    });

    await step("Connect Gateway with a Code needs no way back from the browser", async (workbench) => {
      await workbench.runCommand("Gateway Connect: Remove Gateway");
      await workbench.pick(okta);
      await workbench.dialogButton("Remove");
      await workbench.notification(`Removed ${okta}`);
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Connect Gateway with a Code…");
      await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway with a Code");
      await workbench.fillInput(world.sandbox.clientId, "Connect Gateway with a Code");
      assert.match(await workbench.dialogText(), /You are shown a code to enter on any device/);
      await workbench.dialogButton("Allow");
      await workbench.inputTitled("with the Code");
      await workbench.screenshot("connecting with a code");
      const page = await workbench.nextPage(() => workbench.pick("and Open the Page"));
      await enterCode(page, "Grace Hopper");
      await page.close();
      await workbench.notification(`Connected to ${okta} as Grace Hopper`);
      await workbench.clearNotifications();
    });

    await step("no token, secret or code of theirs is left in files, arguments or environments", async () => {
      const issued = await Promise.all(
        [world.sandbox, machines, useless].map((one) => one.ask<{ secrets: readonly Secret[] }>("issuedSecrets")),
      );
      const secrets = issued.flatMap((one) => one.secrets);
      const processes = watch.stop();
      await steps.close();
      const { found } = await searchWorld(world, { secrets, processes, pictures: steps.pictures });
      const kinds = new Set(secrets.map(({ kind }) => kind));
      assert.deepEqual(
        { found, searched: ["access_token", "refresh_token", "client_secret"].filter((kind) => !kinds.has(kind)) },
        { found: [], searched: [] },
      );
    });
  } finally {
    watch.stop();
    await steps.end();
    await machines.stop();
    await useless.stop();
    await world.stop();
  }
});
