import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Catalogues } from "../../connections/tree/catalogues.ts";
import type { ShownTool } from "../../connections/tree/shownCatalogue.ts";
import { translate } from "../translate.ts";
import { withoutIcons } from "../withoutIcons.ts";

/** A tool of a gateway, by what it is called with. */
export interface FoundTool {
  readonly connectionId: string;
  readonly name: string;
}

/** **Find Tool…**: lets the person find a tool of any gateway by its title, name or description. */
export async function findTool(
  connections: readonly Connection[],
  catalogues: Pick<Catalogues, "of">,
): Promise<FoundTool | undefined> {
  const items = connections.flatMap((connection) =>
    (catalogues.of(connection.id)?.tools ?? []).map((tool) => toolItem(connection, tool)),
  );
  const options = {
    title: translate("Find Tool"),
    placeHolder: translate("Search {0} tools by title, name or description", items.length),
    ...{ matchOnDescription: true, matchOnDetail: true },
  };
  return (await vscode.window.showQuickPick(items, options))?.found;
}

const toolItem = ({ id, name: gateway }: Connection, tool: ShownTool) => ({
  label: `$(${tool.isDestructive ? "warning" : "tools"}) ${withoutIcons(tool.label)}`,
  description: withoutIcons([gateway, tool.target, tool.detail].filter((part) => part).join(" · ")),
  detail: withoutIcons(tool.described),
  found: { connectionId: id, name: tool.name },
});
