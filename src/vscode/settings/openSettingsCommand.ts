import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { withGatewaySettings, withoutGatewaySetting } from "../../connections/settings/setForGateways.ts";
import { settingText } from "../../connections/settings/settingForm.ts";
import {
  type GatewaySettingName,
  type GatewaySettingRow,
  settingRows,
} from "../../connections/settings/settingRows.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { askInList, type ListItem } from "../choose/list.ts";
import type { CommandRun } from "../commands/command.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import { translate } from "../translate.ts";
import { askSetting } from "./askSetting.ts";
import { type LoadPlaces, openSettingsFile } from "./settingsFile.ts";
import { type SettingWords, settingWords } from "./settingWords.ts";

export interface OpenSettingsWorld {
  readonly gateways: Gateways;
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  /** The gateway that a command was run for, or the one of all that the person chooses. */
  readonly connectionOf: (run: CommandRun, title: string, gateways: Gateways) => Promise<Connection | undefined>;
  readonly loadPlaces: LoadPlaces;
  readonly agent: { readonly extension: string };
}

/**
 * **Gateway Settings**: lists all that can be set for a gateway, each with its meaning and its value, and asks for the value
 * of the one that is chosen. What has members of its own is written as JSON, in the person's settings.
 */
export async function openSettingsCommand(run: CommandRun, world: OpenSettingsWorld): Promise<void> {
  const { gateways, agent } = world;
  if (gateways.book.all.length === 0) return await openSettingsEditor(agent.extension);
  const connection = await world.connectionOf(run, translate("Change the settings of which gateway?"), gateways);
  if (!connection) return;
  run.about(connection.id);
  await changeSettings(connection, world);
}

/** What can be chosen in the list of settings. */
type Choice = GatewaySettingRow | "file" | "editor";

async function changeSettings({ id, name, url }: Connection, world: OpenSettingsWorld): Promise<void> {
  const words = settingWords(world.agent.extension);
  const resolved = (await world.summaries()).find(({ connection }) => connection.id === id)?.resolved;
  let last: GatewaySettingName | undefined;
  for (;;) {
    const answer = await askInList<Choice>({
      title: translate("Settings of {0}", name),
      placeholder: translate("Choose what to change. Nothing changes before you give a value."),
      canGoBack: false,
      items: () => settingItems(settingRows(world.settings(), url, resolved), words),
      active: (choice) => typeof choice === "object" && choice.name === last,
    });
    if (answer.kind === "failed") throw answer.error;
    if (answer.kind !== "chosen") return;
    const { value: choice } = answer;
    if (choice === "file") return await openSettingsFile(url, undefined, world.loadPlaces);
    if (choice === "editor") return await openSettingsEditor(world.agent.extension);
    last = choice.name;
    const given = await askSetting(choice, words(last), name);
    switch (given.kind) {
      case "json":
        return await openSettingsFile(url, last, world.loadPlaces);
      case "set":
        await gatewaysSetting.write(withGatewaySettings(gatewaysSetting.read(), url, { [last]: given.value }));
        break;
      case "unset":
        if (choice.set !== undefined)
          await gatewaysSetting.write(withoutGatewaySetting(gatewaysSetting.read(), url, last));
        break;
      case "cancelled":
        return;
    }
  }
}

/** How much of a value a line has room for, in characters. */
const LONGEST_VALUE = 80;

function settingItems(
  rows: readonly GatewaySettingRow[],
  words: (name: string) => SettingWords,
): readonly ListItem<Choice>[] {
  const text = (value: unknown) => foreignText(settingText(value), LONGEST_VALUE);
  const item = (row: GatewaySettingRow): ListItem<Choice> => {
    const { name, set, used, isManaged } = row;
    const shown = set !== undefined ? text(set) : used === undefined ? undefined : translate("now: {0}", text(used));
    return {
      label: name,
      description: isManaged ? translate("{0} · managed by your organisation", shown ?? "") : shown,
      detail: words(name).short,
      // Whoever manages it sets it.
      ...(!isManaged && { value: row }),
    };
  };
  const part = (label: string, some: readonly GatewaySettingRow[]): readonly ListItem<Choice>[] =>
    some.length === 0 ? [] : [{ label, isHeading: true }, ...some.map(item)];
  return [
    ...part(
      translate("Set for this gateway"),
      rows.filter(({ set }) => set !== undefined),
    ),
    ...part(
      translate("Not set"),
      rows.filter(({ set }) => set === undefined),
    ),
    { label: translate("Elsewhere"), isHeading: true },
    {
      label: `$(go-to-file) ${translate("Edit as JSON")}`,
      detail: translate("Opens settings.json at this gateway, where completion knows all of this."),
      value: "file",
    },
    {
      label: `$(settings-gear) ${translate("Settings for All Gateways")}`,
      detail: translate("Opens them in the settings editor."),
      value: "editor",
    },
  ];
}

async function openSettingsEditor(extension: string): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extension}`);
}
