import { gatewaySettings, gatewaySettingsWords } from "../../connections/settings/gatewaySettings.ts";
import type { Setting } from "../../connections/settings/setting.ts";
import { settingForm, settingText, typedValue } from "../../connections/settings/settingForm.ts";
import type { GatewaySettingRow } from "../../connections/settings/settingRows.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { ValueSchema } from "../../lib/json/validValue.ts";
import { askInList, type ListItem } from "../choose/list.ts";
import { askInBox } from "../connect/box.ts";
import { translate } from "../translate.ts";
import type { SettingWords } from "./settingWords.ts";

/** How the question for a value ended. */
export type GivenSetting =
  | { readonly kind: "set"; readonly value: unknown }
  /** What was set is taken back. */
  | { readonly kind: "unset" }
  /** It has members of its own, and is written as JSON. */
  | { readonly kind: "json" }
  | { readonly kind: "back" | "cancelled" };

interface Asked {
  readonly row: GatewaySettingRow;
  readonly words: SettingWords;
  readonly title: string;
}

/** Asks for the value of a setting of a gateway. @param name what the gateway is called */
export async function askSetting(row: GatewaySettingRow, words: SettingWords, name: string): Promise<GivenSetting> {
  const { schema }: Setting = gatewaySettings[row.name];
  const form = settingForm(schema);
  const asked: Asked = { row, words, title: translate("{0} of {1}", row.name, name) };
  const example: unknown = JSON.parse(gatewaySettingsWords[row.name].example);
  switch (form.kind) {
    case "json":
      return { kind: "json" };
    case "choice": {
      const items = form.values.map((value, at) => ({ label: String(value), detail: words.values[at], value }));
      const chosen = await choose(asked, items, row.set);
      return chosen.kind === "chosen" ? { kind: "set", value: chosen.value } : chosen;
    }
    case "typed":
      return await typed(asked, { schema, set: row.set, example, meaning: words.meaning });
    case "member":
      return await askMember(asked, form.members, example);
  }
}

/** Asks which member it has, and then for that one's value. */
async function askMember(
  asked: Asked,
  members: Readonly<Record<string, ValueSchema>>,
  example: unknown,
): Promise<GivenSetting> {
  const { row, words } = asked;
  const [own, shown] = [row.set, example].map((value) => (isJsonObject(value) ? value : {}));
  const items = Object.keys(members).map((value) => ({ label: value, detail: words.members[value], value }));
  for (;;) {
    const chosen = await choose(asked, items, Object.keys(own ?? {})[0]);
    if (chosen.kind !== "chosen") return chosen;
    const { value: name } = chosen;
    const of = { set: own?.[name], example: shown?.[name], meaning: words.members[name] ?? "" };
    const given = await typed(asked, { schema: members[name] ?? {}, ...of });
    if (given.kind === "set") return { kind: "set", value: { [name]: given.value } };
    if (given.kind !== "back") return given;
  }
}

/** What is asked for in a box. */
interface TypedQuestion {
  readonly schema: ValueSchema;
  /** What is set now. */
  readonly set: unknown;
  readonly example: unknown;
  readonly meaning: string;
}

async function typed({ words, title }: Asked, { schema, set, example, meaning }: TypedQuestion): Promise<GivenSetting> {
  const several = schema.type === "array" ? translate("Several are separated by spaces.") : "";
  const back = set === undefined ? "" : translate("Leave it empty to take it back.");
  const placeholder = example === undefined ? "" : settingText(example);
  const answer = await askInBox({
    ...{ title, placeholder, canGoBack: true, value: set === undefined ? "" : settingText(set) },
    prompt: [meaning, several, back].filter((text) => text !== "").join(" "),
    validate: (text) =>
      text.trim() === "" || typedValue(text, schema) !== undefined
        ? undefined
        : (words.expected ?? translate("It looks like this: {0}", placeholder)),
  });
  if (answer.kind !== "answered") return answer;
  return answer.text === "" ? { kind: "unset" } : { kind: "set", value: typedValue(answer.text, schema) };
}

type Chosen<T> = { readonly kind: "chosen"; readonly value: T } | { readonly kind: "unset" | "back" | "cancelled" };

/** Lets one of these be chosen, or none of them. @param now the one that is set */
async function choose<T extends string | boolean>(
  { row, words, title }: Asked,
  items: readonly (ListItem<T> & { readonly value: T })[],
  now: unknown,
): Promise<Chosen<T>> {
  const used = row.used === undefined ? undefined : foreignText(settingText(row.used));
  const marked = (label: string, isSet: boolean) => `${isSet ? "$(check) " : ""}${label}`;
  const isNone = row.set === undefined;
  const answer = await askInList<Chosen<T>>({
    ...{ title, placeholder: words.meaning, canGoBack: true },
    items: () => [
      ...items.map(({ label, detail, value }) => ({
        ...{ label: marked(label, value === now), detail },
        value: { kind: "chosen" as const, value },
      })),
      {
        label: marked(translate("Not set"), isNone),
        description: used === undefined ? undefined : translate("then it is {0}", used),
        value: { kind: "unset" },
      },
    ],
    active: (chosen) => (chosen.kind === "chosen" ? chosen.value === now : isNone),
  });
  if (answer.kind === "failed") throw answer.error;
  if (answer.kind === "chosen") return answer.value;
  return { kind: answer.kind === "back" ? "back" : "cancelled" };
}
