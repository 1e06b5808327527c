import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Gateways } from "../../../src/connections/gateways.ts";
import { DocumentPolicy } from "../../../src/policy/documentPolicy.ts";
import { useFakeEditor } from "../../support/fakeEditor.ts";

let prompts: string[] = [];
const told: string[] = [];
useFakeEditor({
  window: {
    showInputBox: async ({ prompt }: { prompt: string }) => {
      prompts.push(prompt);
      return "typed";
    },
    showInformationMessage: async (text: string) => void told.push(text),
  },
});

const { changeSecretCommand } = await import("../../../src/vscode/commands/changeSecretCommand.ts");

test("the secret of the client is asked for that an administrator has set for the company", async () => {
  prompts = [];
  const kept: string[] = [];
  const enterpriseIdentityProvider = { issuer: "https://login.example.com", clientId: "company" };
  const policy = new DocumentPolicy({ version: 1, enterpriseIdentityProvider }, "/etc/gateway-connect/policy.json");
  const secrets = { get: async () => undefined, store: async (_: string, text: string) => void kept.push(text) };
  const gateways = { book: { all: [] } } as unknown as Gateways;
  const world = { gateways, secrets: secrets as never, settings: () => ({ gateways: undefined, shared: {}, policy }) };
  await changeSecretCommand({ args: [], about() {} }, world);
  assert.equal(prompts.length, 1);
  assert.match(prompts[0] ?? "", /secret of company at https:\/\/login\.example\.com/);
  assert.equal(kept.length, 1);
});

test("no part of the editor reads the settings without what the administrator says", () => {
  const sources = (readdirSync("src", { recursive: true }) as string[]).filter((file) => file.endsWith(".ts"));
  assert.deepEqual(
    sources.filter((file) => /from ".*\/settingsValues\.ts"/.test(readFileSync(`src/${file}`, "utf8"))),
    ["extension.ts"],
  );
});
