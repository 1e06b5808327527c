import { gatewaySettings, gatewaySettingsWords } from "../../connections/settings/gatewaySettings.ts";
import { settingForm, settingText, typedValue } from "../../connections/settings/settingForm.ts";
import type { GatewaySettingRow } from "../../connections/settings/settingRows.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { askInList } from "../choose/list.ts";
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

/** Asks for the value of a setting of a gateway. @param name what the gateway is called */
export async function askSetting(row: GatewaySettingRow, words: SettingWords, name: string): Promise<GivenSetting> {
  const { schema } = gatewaySettings[row.name];
  const form = settingForm(schema);
  const title = translate("{0} of {1}", row.name, name);
  switch (form.kind) {
    case "json":
      return { kind: "json" };
    case "choice":
      return await chosen({ row, words, title, values: form.values });
    case "typed": {
      const several = form.isList ? translate("Several are separated by spaces.") : "";
      const back = row.set === undefined ? "" : translate("Leave it empty to take it back.");
      const { example } = gatewaySettingsWords[row.name];
      const answer = await askInBox({
        ...{ title, canGoBack: true, value: row.set === undefined ? "" : settingText(row.set) },
        prompt: [words.meaning, several, back].filter((text) => text !== "").join(" "),
        placeholder: settingText(JSON.parse(example)),
        validate: (text) =>
          text.trim() === "" || typedValue(text, schema) !== undefined
            ? undefined
            : (words.expected ?? translate("It looks like this: {0}", settingText(JSON.parse(example)))),
      });
      if (answer.kind !== "answered") return answer;
      return answer.text === "" ? { kind: "unset" } : { kind: "set", value: typedValue(answer.text, schema) };
    }
  }
}

async function chosen({
  row,
  words,
  title,
  values,
}: {
  readonly row: GatewaySettingRow;
  readonly words: SettingWords;
  readonly title: string;
  readonly values: readonly (string | boolean)[];
}): Promise<GivenSetting> {
  const used = row.used === undefined ? undefined : foreignText(settingText(row.used));
  const unset: GivenSetting = { kind: "unset" };
  const answer = await askInList<GivenSetting>({
    ...{ title, placeholder: words.meaning, canGoBack: true },
    items: () => [
      ...values.map((value, at) => ({
        label: `${value === row.set ? "$(check) " : ""}${value}`,
        detail: words.values[at],
        value: { kind: "set" as const, value },
      })),
      {
        label: `${row.set === undefined ? "$(check) " : ""}${translate("Not set")}`,
        description: used === undefined ? undefined : translate("then it is {0}", used),
        value: unset,
      },
    ],
    active: (given) => (given.kind === "set" ? given.value === row.set : row.set === undefined),
  });
  if (answer.kind === "failed") throw answer.error;
  if (answer.kind === "chosen") return answer.value;
  return { kind: answer.kind === "back" ? "back" : "cancelled" };
}
