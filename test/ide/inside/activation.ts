import assert from "node:assert/strict";
import * as vscode from "vscode";
import { manifest, ourExtension } from "./ourExtension.ts";
import { ideTest } from "./suite.ts";

ideTest("the extension activates", async () => {
  await ourExtension().activate();
  assert.equal(ourExtension().isActive, true);
});

ideTest("each command of the manifest is registered, and each registered one is in the manifest", async () => {
  await ourExtension().activate();
  // The editor makes commands of its own for each view, such as the one that gives it the focus.
  const views = Object.values(manifest().contributes.views ?? {}).flat();
  const registered = (await vscode.commands.getCommands(true))
    .filter((id) => id.startsWith("gatewayConnect."))
    .filter((id) => !views.some((view) => id.startsWith(`${view.id}.`)));
  const declared = manifest().contributes.commands.map(({ command }) => command);
  assert.deepEqual(registered.sort(), declared.sort());
});

ideTest("the authentication provider answers, and nobody is signed in at first", async () => {
  await ourExtension().activate();
  assert.deepEqual(await vscode.authentication.getAccounts("gateway-connect"), []);
});
