import { editorSettings, editorSettingsWords } from "../../src/connections/settings/editorSettings.ts";
import {
  gatewaySettings,
  gatewaySettingsWords,
  gatewaysDescription,
} from "../../src/connections/settings/gatewaySettings.ts";
import {
  type GatewaySettingWords,
  isShared,
  type Setting,
  type Settings,
  type SettingWords,
} from "../../src/connections/settings/setting.ts";
import type { ValueSchema } from "../../src/lib/json/validValue.ts";

export type WordsOf<W> = Readonly<Record<string, W>>;

/** The settings as `contributes.configuration` of the manifest declares them. */
export function settingsManifest(
  settings: Settings = gatewaySettings,
  words: WordsOf<GatewaySettingWords> = gatewaySettingsWords,
): object {
  const own = Object.entries(settings).map(([name, { schema }]) => [
    name,
    described(schema, wordsFor(words, name), wordsFor(words, name).description),
  ]);
  const gateways = {
    type: "object",
    default: {},
    scope: "application",
    order: 1,
    markdownDescription: gatewaysDescription,
    additionalProperties: { type: "object", properties: Object.fromEntries(own), additionalProperties: false },
  };
  const forAll = Object.entries(settings).filter(([, setting]) => isShared(setting));
  const others: [string, object][] = [
    ...forAll.map(([name, setting]) => declared(name, setting, wordsFor(words, name))),
    ...Object.entries(editorSettings).map(([name, setting]) =>
      declared(name, setting, wordsFor(editorSettingsWords, name)),
    ),
  ];
  const ordered = others.map(([name, one], at) => [name, { ...one, order: at + 2 }]);
  return {
    title: "Gateway Connect",
    properties: { "gatewayConnect.gateways": gateways, ...Object.fromEntries(ordered) },
  };
}

/** A setting that holds for all gateways. */
function declared(name: string, setting: Setting, words: SettingWords): [string, object] {
  const { default: value, scope = "application", schema } = setting;
  const text = words.forAll ?? words.description;
  return [`gatewayConnect.${name}`, { default: value, scope, ...described(schema, words, text) }];
}

function described(schema: ValueSchema, { values, members }: SettingWords, markdownDescription: string): object {
  const properties = Object.entries(schema.properties ?? {}).map(([name, member]) => [
    name,
    { ...member, markdownDescription: members?.[name] },
  ]);
  return {
    ...schema,
    ...(schema.patternErrorMessage && { patternErrorMessage: `Expected ${schema.patternErrorMessage}.` }),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(values && { enumDescriptions: values }),
    markdownDescription,
  };
}

function wordsFor<W>(words: WordsOf<W>, name: string): W {
  const found = words[name];
  if (!found) throw new Error(`the setting ${name} has no words beside it`);
  return found;
}
