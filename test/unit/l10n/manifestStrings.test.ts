import assert from "node:assert/strict";
import { test } from "node:test";
import { movedStrings, withWords } from "../../../scripts/l10n/manifestStrings.ts";

const manifest = {
  name: "gateway-connect",
  displayName: "Gateway Connect",
  description: "What it is.",
  contributes: {
    commands: [
      { command: "gatewayConnect.signIn", title: "Sign In", category: "Gateway Connect" },
      { command: "gatewayConnect.signOut", title: "%signOut%" },
    ],
    views: { gateways: [{ id: "gatewayConnect.gateways", name: "MCP Gateways" }] },
    languageModelTools: [
      { name: "explain", displayName: "Explain", modelDescription: "For a model.", inputSchema: { title: "x" } },
    ],
    configuration: {
      title: "Gateway Connect",
      properties: {
        "gatewayConnect.title": { type: "string", enum: ["ask"], enumDescriptions: ["Asks."], description: "A name." },
      },
    },
  },
};

test("what people read moves out of the manifest under keys that say where it stands, and what programs read stays", () => {
  const { manifest: left, words } = movedStrings(manifest, { signOut: "Sign Out" });
  assert.deepEqual(words, {
    description: "What it is.",
    "commands.signIn.title": "Sign In",
    signOut: "Sign Out",
    "views.gateways.gateways.name": "MCP Gateways",
    "languageModelTools.explain.displayName": "Explain",
    "configuration.title.enumDescriptions.0": "Asks.",
    "configuration.title.description": "A name.",
  });
  assert.deepEqual(movedStrings(left, words), { manifest: left, words }, "a second time changes nothing");
  const signOut = { command: "gatewayConnect.signOut", title: "Sign Out" };
  const [signIn] = manifest.contributes.commands;
  const commands = [signIn, signOut];
  assert.deepEqual(withWords(left, words), { ...manifest, contributes: { ...manifest.contributes, commands } });
});
