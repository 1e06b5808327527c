import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { settingsDocs, withSettingsDocs } from "../../../../scripts/settings/settingsDocs.ts";
import { settingsManifest } from "../../../../scripts/settings/settingsManifest.ts";
import { gatewaySettings, gatewaySettingsWords } from "../../../../src/connections/settings/gatewaySettings.ts";
import {
  type GatewaySettingWords,
  oneOf,
  readSettings,
  type Settings,
  text,
} from "../../../../src/connections/settings/setting.ts";
import { standaloneArguments } from "../../../../src/standalone/arguments.ts";
import { helpText } from "../../../../src/standalone/help.ts";
import { settingOptions } from "../../../../src/standalone/options/settingOptions.ts";
import { failureOf } from "../../../support/fakePorts.ts";
import { readManifest } from "../../../support/manifest.ts";

const root = new URL("../../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

test("the manifest declares the settings that the schema has; `npm run settings` writes it", () => {
  const { contributes } = readManifest<{ contributes: { configuration: object } }>();
  assert.deepEqual(contributes.configuration, JSON.parse(JSON.stringify(settingsManifest())));
});

test("the page on settings describes those that the schema has; `npm run settings` writes it", () => {
  const page = read("docs/settings.md");
  assert.equal(withSettingsDocs(page), page);
});

test("every example of the docs is one that the reader takes, alone and with all others", () => {
  const examples = Object.entries(gatewaySettingsWords).map(([name, { example }]): [string, unknown] => [
    name,
    JSON.parse(example),
  ]);
  for (const [name, value] of examples) readSettings(gatewaySettings, { [name]: value }, {});
  const all = readSettings(gatewaySettings, Object.fromEntries(examples), {});
  assert.deepEqual(Object.keys(all), Object.keys(gatewaySettings));
});

test("an option without a value sets one that the reader takes", () => {
  const flags = settingOptions().flatMap(({ setting, words: { sets } }) =>
    sets === undefined ? [] : [[setting, sets]],
  );
  for (const flag of flags) readSettings(gatewaySettings, Object.fromEntries([flag]), {});
  assert.deepEqual(flags.length, 9);
});

/** Two settings that nothing else knows: what a new one takes is an entry here and its words. */
const settings = {
  ...gatewaySettings,
  nickname: text(),
  mood: { ...oneOf(["calm", "brisk"] as const), default: "calm" as const },
} satisfies Settings;

const words: Readonly<Record<string, GatewaySettingWords>> = {
  ...gatewaySettingsWords,
  nickname: {
    description: "What you call it.",
    example: '"Tools"',
    note: "shown beside its name",
    options: { nickname: { value: "<text>", help: "what you call it" } },
  },
  mood: {
    description: "Its mood, instead of `#gatewayConnect.mood#`.",
    forAll: "The mood of all.",
    example: '"brisk"',
    note: "",
    options: { brisk: { sets: "brisk", help: "in a hurry" } },
  },
};

test("a setting that is added to the schema is read, with its default and its mistakes", async () => {
  const of = (own: object, shared: object = {}) => readSettings(settings, { ...own }, { ...shared });
  const { nickname, mood } = of({ nickname: "Tools" }, { mood: "brisk" });
  assert.deepEqual(
    [nickname, mood, of({}).nickname, of({}).mood, of({ mood: "calm" }, { mood: "brisk" }).mood],
    ["Tools", "brisk", undefined, "calm", "calm"],
  );
  const invalid = (setting: string, found: string) => ({ code: "setting_invalid", facts: { setting, found } });
  assert.deepEqual(
    [await failureOf(() => of({ nickname: 7 })), await failureOf(() => of({ mood: "sad" }))],
    [invalid("gatewayConnect.gateways › nickname", "7"), invalid("gatewayConnect.mood", '"sad"')],
  );
});

test("it is in the manifest, for one gateway and for all where it can be", () => {
  const { properties } = settingsManifest(settings, words) as {
    properties: Record<string, { additionalProperties?: { properties: Record<string, unknown> } }>;
  };
  const own = properties["gatewayConnect.gateways"]?.additionalProperties?.properties;
  assert.deepEqual(
    { own: own?.nickname, all: properties["gatewayConnect.nickname"], mood: properties["gatewayConnect.mood"] },
    {
      own: { type: "string", markdownDescription: "What you call it." },
      all: undefined,
      mood: {
        default: "calm",
        scope: "application",
        type: "string",
        enum: ["calm", "brisk"],
        markdownDescription: "The mood of all.",
        order: 6,
      },
    },
  );
  assert.throws(() => settingsManifest(settings), /nickname has no words/);
});

test("it is in the docs", () => {
  const docs = settingsDocs(settings, words);
  assert.match(docs, /\| `gatewayConnect\.mood` \| `calm` \| The mood of all\. \|/);
  assert.match(docs, /^ {4}"nickname": "Tools", +\/\/ shown beside its name$/m);
  assert.match(docs, /^ {4}"mood": "brisk"$/m);
});

test("it is an option of the programs, in their help and in what they do with it", () => {
  const options = settingOptions(settings, words);
  assert.match(helpText(options), /^ {2}--nickname <text> {12}what you call it\n {2}--brisk {22}in a hurry$/m);
  const run = standaloneArguments(["https://gw.example.com/mcp", "--nickname", "Tools", "--brisk"], options);
  const typed = run.kind === "run" ? run.options.settings : {};
  const { nickname, mood } = readSettings(settings, typed, {});
  const wrong = standaloneArguments(["https://gw.example.com/mcp", "--nickname", " "], options);
  assert.deepEqual([nickname, mood, wrong], ["Tools", "brisk", { kind: "wrong", problem: "--nickname is empty." }]);
});
