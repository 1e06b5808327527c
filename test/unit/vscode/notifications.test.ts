import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { tokensOf } from "../../../scripts/l10n/tokens.ts";
import { commandIds } from "../../../src/vscode/commands/commandIds.ts";
import { readManifest } from "../../support/manifest.ts";

/**
 * Where that stays which a notification offers on a button: VS Code takes a notification away after some seconds. A
 * command is in the palette; `menu` is the view's or the status bar's too.
 */
const places: Readonly<Record<string, readonly { readonly button: string; readonly stays: string }[]>> = {
  "agents/agentTools.ts": [
    { button: "Start It", stays: "MCP: List Servers, which the message names" },
    { button: "Show Servers", stays: "MCP: List Servers" },
  ],
  "connect/nextSteps.ts": [
    { button: "Run a Tool", stays: "gatewayConnect.runTool" },
    { button: "Show Status", stays: "gatewayConnect.showMenu" },
  ],
  "pagePanel.ts": [{ button: "Reload Window", stays: "Developer: Reload Window" }],
  "messages/showFailure.ts": [
    { button: "Explain Access", stays: "gatewayConnect.explainAccess" },
    { button: "Show Log", stays: "gatewayConnect.showLog" },
    { button: "Copy Diagnostics", stays: "gatewayConnect.copyDiagnostics" },
  ],
  "commands/clientMetadataCommand.ts": [
    { button: "Check It Now", stays: "gatewayConnect.writeClientMetadata" },
    { button: "Check Again", stays: "gatewayConnect.writeClientMetadata" },
    { button: "Copy the Address", stays: "the address, which the message names" },
  ],
  "commands/gatewayCommands.ts": [{ button: "Settings", stays: "gatewayConnect.openSettings" }],
  "commands/localGatewayCommands.ts": [
    { button: "Connect", stays: "gatewayConnect.connect" },
    { button: "Copy Address", stays: "gatewayConnect.copyAddress" },
    { button: "Manage Workspace Trust", stays: "Workspaces: Manage Workspace Trust" },
    { button: "Open File", stays: "Problems, which have each fault at its place" },
  ],
  "commands/mcpJsonCommands.ts": [{ button: "Show File", stays: "the file, which the message names" }],
  "commands/sandboxCommands.ts": [
    { button: "Connect", stays: "gatewayConnect.manageSandbox" },
    { button: "Copy Address", stays: "gatewayConnect.manageSandbox" },
    { button: "Copy Client ID", stays: "gatewayConnect.manageSandbox" },
  ],
  "commands/signInCommands.ts": [{ button: "Use Another Account…", stays: "gatewayConnect.useAnotherAccount" }],
  "team/suggestions.ts": [
    { button: "Show", stays: "the view, where the suggestions stand" },
    { button: "Don't Suggest Again", stays: "gatewayConnect.declineSuggested" },
  ],
  "commands/signOutCommands.ts": [{ button: "Sign Out in the Browser Too", stays: "gatewayConnect.signOutInBrowser" }],
};

/** The files with a notification that has buttons and leaves by itself. */
function filesWithButtons(): readonly string[] {
  const files = readdirSync("src/vscode", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.filter((file) => hasButtons(readFileSync(`src/vscode/${file}`, "utf8"))).sort();
}

/** Whether it calls one of the editor's messages with more than a text, and not as a question that waits. */
function hasButtons(source: string): boolean {
  if (!/show(?:Information|Warning|Error)Message|tellFact/.test(source)) return false;
  const tokens = tokensOf(source).map(({ text }) => text);
  return tokens.some((name, at) => {
    // One of them may be chosen first, as `const show = isOver ? showErrorMessage : showWarningMessage`.
    const isChosen = name === "show" && tokens[at - 1] !== "." && tokens.join(" ").includes("const show = ");
    const isMessage = (isChosen || /^show(Information|Warning|Error)Message$/.test(name)) && tokens[at + 1] === "(";
    const given = isMessage || name === "tellFact" ? argumentsFrom(tokens, at + 2) : [];
    if (name === "tellFact") return given[1]?.includes("buttons") ?? false;
    return given.length > 1 && !given[1]?.includes("modal");
  });
}

/** The arguments of a call, each as its tokens. */
function argumentsFrom(tokens: readonly string[], start: number): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  for (let at = start, depth = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    if (/^[)\]}]$/.test(token) && depth-- === 0) break;
    if (/^[([{]$/.test(token)) depth++;
    if (token === "," && depth === 0) found.push([]);
    else found.at(-1)?.push(token);
  }
  return found.filter((one) => one.length > 0);
}

test("what a notification offers on a button has a place that stays", () => {
  const passingOn = ["commands/menuCommand.ts", "messages/tellFact.ts"];
  const known = filesWithButtons().filter((file) => !passingOn.includes(file));
  assert.deepEqual(known, Object.keys(places).sort());
  const manifest = readManifest<{ contributes: { commands: readonly { command: string }[] } }>();
  const commands = manifest.contributes.commands.map(({ command }) => command);
  const all = Object.entries(places).flatMap(([file, buttons]) => buttons.map((one) => ({ file, ...one })));
  for (const { file, button, stays } of all) {
    assert.ok(readFileSync(`src/vscode/${file}`, "utf8").includes(`translate("${button}")`), `${file}: ${button}`);
    if (stays.startsWith("gatewayConnect.")) assert.ok(commands.includes(stays), stays);
  }
  assert.ok(commandIds.length > 30 && all.length > 10);
});

test("a notification with a button is found, and a question that waits is none", () => {
  assert.deepEqual(
    [
      hasButtons('vscode.window.showInformationMessage("done", "Undo");'),
      hasButtons('vscode.window.showWarningMessage("sure?", { modal: true, detail }, "Yes");'),
      hasButtons('vscode.window.showErrorMessage("no");'),
      hasButtons("tellFact(text, { severity, buttons });"),
      hasButtons('tellFact(text, { severity: "error" });'),
    ],
    [true, false, false, true, false],
  );
});
