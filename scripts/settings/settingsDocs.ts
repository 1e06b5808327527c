import { gatewaySettings, gatewaySettingsWords } from "../../src/connections/settings/gatewaySettings.ts";
import type { GatewaySettingWords, Settings } from "../../src/connections/settings/setting.ts";
import { settingsManifest, type WordsOf } from "./settingsManifest.ts";

/** What stands around the part of a page that is written by `npm run settings`. */
export const marks = {
  begin: "<!-- settings: written by `npm run settings` from src/connections/settings -->",
  end: "<!-- settings: end -->",
} as const;

/** Where comments begin in the example, unless what they are about is longer. */
const commentColumn = 46;

/** The settings as their page describes them: a table of those for all gateways, and an example of those for one. */
export function settingsDocs(
  settings: Settings = gatewaySettings,
  words: WordsOf<GatewaySettingWords> = gatewaySettingsWords,
): string {
  const { properties } = settingsManifest(settings, words) as {
    properties: Readonly<Record<string, { readonly default: unknown; readonly markdownDescription: string }>>;
  };
  const rows = Object.entries(properties).map(([name, { default: value, markdownDescription }]) => {
    const shown = value === "" ? "" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
    return `| \`${name}\` | ${shown.replaceAll(",", ", ")} | ${markdownDescription.replaceAll("|", "\\|")} |`;
  });
  return [
    marks.begin,
    "",
    "| setting | default | meaning |",
    "|---|---|---|",
    ...rows,
    "",
    "For one gateway, all optional:",
    "",
    "```jsonc",
    '"gatewayConnect.gateways": {',
    '  "https://gateway.example.com/mcp": {',
    ...exampleLines(Object.keys(settings), words),
    "  }",
    "}",
    "```",
    "",
    marks.end,
  ].join("\n");
}

function exampleLines(names: readonly string[], words: WordsOf<GatewaySettingWords>): readonly string[] {
  return names.map((name, at) => {
    const { example = "", note = "" } = words[name] ?? {};
    const line = `    "${name}": ${example}${at < names.length - 1 ? "," : ""}`;
    return note === "" ? line : `${line.padEnd(commentColumn - 2)}  // ${note}`;
  });
}

/** A page with its part about the settings written anew. */
export function withSettingsDocs(page: string, docs = settingsDocs()): string {
  const [from, to] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (from < 0 || to < from) throw new Error("the page has no marks around its settings");
  return page.slice(0, from) + docs + page.slice(to + marks.end.length);
}
