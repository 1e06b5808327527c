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
  const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith("gatewayConnect."));
  const declared = manifest().contributes.commands.map(({ command }) => command);
  assert.deepEqual(registered.sort(), declared.sort());
});

ideTest("the authentication provider answers, and nobody is signed in at first", async () => {
  await ourExtension().activate();
  assert.deepEqual(await vscode.authentication.getAccounts("gateway-connect"), []);
});
