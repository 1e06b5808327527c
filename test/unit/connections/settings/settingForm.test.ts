import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewaySettings, gatewaySettingsWords } from "../../../../src/connections/settings/gatewaySettings.ts";
import type { Setting } from "../../../../src/connections/settings/setting.ts";
import { settingForm, settingText, typedValue } from "../../../../src/connections/settings/settingForm.ts";

const schemaOf = (name: keyof typeof gatewaySettings) => (gatewaySettings[name] as Setting).schema;

test("a setting is chosen, typed or written as JSON, by its schema", () => {
  const forms = Object.keys(gatewaySettings).map((name) => [
    name,
    settingForm(schemaOf(name as keyof typeof gatewaySettings)).kind,
  ]);
  const named = (kind: string) => forms.filter(([, one]) => one === kind).map(([name]) => name);
  assert.deepEqual(named("choice"), [
    ...["redirectHost", "identityProvider", "token", "dpop", "signIn", "clientAuthentication", "policySession"],
    "protocolVersion",
  ]);
  assert.deepEqual(named("json"), [...["resource", "workload", "headers", "authorizer", "tools", "timeout"]]);
  assert.deepEqual(named("member"), ["clientSecret", "privateKey"]);
  assert.ok(named("typed").includes("scopes") && named("typed").includes("maxResultMiB"), String(named("typed")));
});

test("each setting that is typed takes its own example, and shows it as it was typed", () => {
  const typed = Object.entries(gatewaySettingsWords).filter(
    ([name]) => settingForm(schemaOf(name as keyof typeof gatewaySettings)).kind === "typed",
  );
  assert.ok(typed.length >= 12, `${typed.length}`);
  for (const [name, { example }] of typed) {
    const value: unknown = JSON.parse(example);
    assert.deepEqual(typedValue(settingText(value), schemaOf(name as keyof typeof gatewaySettings)), value, name);
  }
});

test("a command is typed as words, and a place is a text", () => {
  const { properties = {} } = schemaOf("clientSecret");
  const { command = {}, file = {} } = properties;
  assert.deepEqual(
    [typedValue("op read op://vault/a,b", command), typedValue(" /run/a secret ", file), typedValue("", command)],
    [["op", "read", "op://vault/a,b"], "/run/a secret", undefined],
  );
});

const typed: readonly [keyof typeof gatewaySettings, string, unknown][] = [
  ["clientId", " 0oa1 ", "0oa1"],
  ["issuer", "login.example.com", undefined],
  ["scopes", "tools.read  offline_access", ["tools.read", "offline_access"]],
  ["redirectPorts", "3334 3335", [3334, 3335]],
  ["redirectPorts", "0", undefined],
  ["redirectPorts", "3334 x", undefined],
  ["redirectPath", "callback", undefined],
  ["awsProfile", "-x", undefined],
  ["maxResultMiB", "64", 64],
  ["maxResultMiB", "6.5", undefined],
  ["maxResultMiB", "much", undefined],
];
for (const [name, text, value] of typed) {
  test(`"${text}" for ${name} is ${value === undefined ? "not taken" : JSON.stringify(value)}`, () => {
    assert.deepEqual(typedValue(text, schemaOf(name)), value);
  });
}
