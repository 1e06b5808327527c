import * as vscode from "vscode";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import { Catalogues, type KeptCatalogues } from "../../connections/tree/catalogues.ts";
import { GatewayTree } from "../../connections/tree/gatewayTree.ts";
import type { NodeClick } from "../../connections/tree/nodeLook.ts";
import type { SuggestedFile } from "../../connections/tree/suggestedFile.ts";
import { type LocalProgram, nodeKey, type TreeNode } from "../../connections/tree/treeNode.ts";
import { clockTime } from "../clockTime.ts";
import { commandName } from "../commands/commandIds.ts";
import { failureWords } from "../messages/failureWords.ts";
import { translate } from "../translate.ts";
import { EditorSchemas } from "./editorSchemas.ts";
import { findTool } from "./findTool.ts";

export interface TreeItemsWorld {
  readonly kept: KeptCatalogues;
  /** Called with an item that looks different or has other items under it; undefined stands for the top. */
  readonly onChanged: (node: TreeNode | undefined) => void;
}

/** The items of the view "MCP Gateways", as the editor asks for them. */
export interface TreeItems extends vscode.Disposable {
  update(gateways: readonly GatewaySummary[]): void;
  run(programs: readonly LocalProgram[]): void;
  suggest(files: readonly SuggestedFile[]): void;
  listed(connectionId: string): void;
  children(node?: TreeNode): readonly TreeNode[];
  parent(node: TreeNode): TreeNode | undefined;
  item(node: TreeNode): vscode.TreeItem;
  /** Adds what is seen only when somebody points at an item. */
  resolve(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem;
  /** Lets the person find a tool of any gateway by its title, name or description. */
  find(): Promise<TreeNode | undefined>;
}

/** Makes the items of the view, once for a window. */
export function createTreeItems({ kept, onChanged }: TreeItemsWorld): TreeItems {
  const catalogues = new Catalogues(kept);
  const words = { say: translate, time: clockTime, failureWords };
  const schemas = new EditorSchemas();
  const tree = new GatewayTree({ catalogues, words, invalid: ({ schema }) => schemas.faults(schema), onChanged });
  let gateways: readonly GatewaySummary[] = [];
  const decorations = vscode.window.registerFileDecorationProvider(faintDecorations);
  return {
    dispose: () => decorations.dispose(),
    update(all) {
      gateways = all;
      tree.update(all);
    },
    run: (programs) => tree.run(programs),
    suggest: (files) => tree.suggest(files),
    listed: (connectionId) => tree.listed(connectionId),
    children(node) {
      const children = tree.children(node);
      // Looked at when they are seen: the editor may never start the servers of the others.
      for (const child of children) if (child.kind === "tool") schemas.look(child.tool.schema, () => onChanged(child));
      return children;
    },
    parent: (node) => tree.parent(node),
    item: (node) => toItem(node, tree),
    resolve(item, node) {
      const { tooltip } = tree.look(node);
      // It is not trusted, so that no link in it could run a command.
      if (tooltip) item.tooltip = new vscode.MarkdownString(tooltip.join("\n\n"));
      return item;
    },
    async find() {
      const found = await findTool(
        gateways.map(({ connection }) => connection),
        catalogues,
      );
      return found && tree.tool(found.connectionId, found.name);
    },
  };
}

/** The scheme of the addresses of items that stand back. */
const faint = "gateway-connect-faint";

/** Gives what stands back the colour of a description, which can still be read. */
const faintDecorations: vscode.FileDecorationProvider = {
  provideFileDecoration: ({ scheme }) =>
    scheme === faint ? { color: new vscode.ThemeColor("descriptionForeground") } : undefined,
};

const openings = {
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

function toItem(node: TreeNode, tree: GatewayTree): vscode.TreeItem {
  const { label, description, icon, color, isFaint, opens, context, spoken, click } = tree.look(node);
  const item = new vscode.TreeItem(label, opens ? openings[opens] : vscode.TreeItemCollapsibleState.None);
  item.id = nodeKey(node);
  item.contextValue = context;
  item.accessibilityInformation = { label: spoken };
  // What is faint is known to the decorations by its address, which stands for nothing else.
  if (isFaint) item.resourceUri = vscode.Uri.from({ scheme: faint, path: `/${encodeURIComponent(nodeKey(node))}` });
  if (description) item.description = description;
  if (icon) item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  if (click) item.command = { command: commandName(click), title: titles[click], arguments: [node] };
  return item;
}

const titles: Readonly<Record<NodeClick, string>> = {
  openTool: translate("Open"),
  openResource: translate("Open"),
  openPrompt: translate("Open"),
  refreshGateway: translate("Refresh"),
  signIn: translate("Sign In"),
  explainAccess: translate("Explain Access"),
  connectSuggested: translate("Connect"),
  openSuggestions: translate("Open"),
};
