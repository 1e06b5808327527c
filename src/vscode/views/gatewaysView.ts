import * as vscode from "vscode";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { KeptCatalogues } from "../../connections/tree/catalogues.ts";
import type { SuggestedFile } from "../../connections/tree/suggestedFile.ts";
import type { LocalProgram, TreeNode } from "../../connections/tree/treeNode.ts";
import { once } from "../../lib/once.ts";
import { milestones } from "../milestones.ts";
import type { createTreeItems, TreeItems } from "./treeItems.ts";

export interface GatewaysViewWorld {
  /** Loads what makes the items. */
  readonly load: () => Promise<{ readonly createTreeItems: typeof createTreeItems }>;
  readonly kept: KeptCatalogues;
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  readonly programs: () => readonly LocalProgram[];
  /** How many entries of mcp-remote could be imported. */
  readonly importable: () => Promise<number>;
  /** Told whether somebody looks. */
  readonly onLooking: (isLooking: boolean) => void;
}

/** The view "MCP Gateways". Its items are loaded when it is first seen; until then it only counts who needs the person. */
export class GatewaysView implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #tree: () => Promise<TreeItems>;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #world: GatewaysViewWorld;
  #made: TreeItems | undefined;
  #isEmpty = true;
  #suggested: readonly SuggestedFile[] = [];

  constructor(world: GatewaysViewWorld) {
    this.#world = world;
    this.#tree = once(() => this.#load());
    this.#view = vscode.window.createTreeView("gatewayConnect.gateways", {
      showCollapseAll: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getChildren: async (node) => [...(await this.#tree()).children(node)],
        getTreeItem: async (node) => (await this.#tree()).item(node),
        getParent: async (node) => (await this.#tree()).parent(node),
        resolveTreeItem: async (item, node) => (await this.#tree()).resolve(item, node),
      },
    });
    this.#view.onDidChangeVisibility(({ visible }) => {
      world.onLooking(visible);
      this.#seen();
    });
  }

  /** Takes in how the gateways are now. */
  async show(gateways: readonly GatewaySummary[]): Promise<void> {
    this.#isEmpty = gateways.length === 0;
    this.#seen();
    const value = gateways.filter(({ state }) => state.kind === "attention").length;
    const tooltip = value === 1 ? vscode.l10n.t("1 gateway needs you") : vscode.l10n.t("{0} gateways need you", value);
    this.#view.badge = value === 0 ? undefined : { value, tooltip };
    if (!this.#isEmpty) this.#view.description = "";
    this.#made?.update(gateways);
  }

  /** Takes in what runs on this machine now. */
  async run(programs: readonly LocalProgram[]): Promise<void> {
    this.#made?.run(programs);
  }

  /** Takes in what repositories suggest now. */
  async suggest(files: readonly SuggestedFile[]): Promise<void> {
    this.#suggested = files;
    this.#made?.suggest(files);
  }

  /** Takes in that a gateway lists something else. */
  async listed(connectionId: string): Promise<void> {
    this.#made?.listed(connectionId);
  }

  /** **Find Tool…**: shows the tool in the view that the person finds. */
  async find(): Promise<void> {
    const found = await (await this.#tree()).find();
    if (found) await this.#view.reveal(found, { select: true, focus: true });
  }

  dispose(): void {
    this.#made?.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  #seen(): void {
    if (this.#view.visible && !this.#isEmpty) void milestones.gatewaysSeen();
  }

  /** Whoever has no gateway yet may have entries of mcp-remote. */
  async #offerImport(): Promise<void> {
    const many = await this.#world.importable();
    await vscode.commands.executeCommand("setContext", "gatewayConnect.mcpRemoteFound", many > 0);
    if (many > 0 && this.#isEmpty) this.#view.description = vscode.l10n.t("mcp-remote: {0} found", many);
  }

  /** @throws GatewayFailure `part_not_loaded` */
  async #load(): Promise<TreeItems> {
    const { kept, load, summaries, programs } = this.#world;
    const tree = (await load()).createTreeItems({ kept, onChanged: (node) => this.#changed.fire(node) });
    this.#made = tree;
    tree.update(await summaries());
    tree.run(programs());
    tree.suggest(this.#suggested);
    if (this.#isEmpty) void this.#offerImport().catch(() => undefined);
    return tree;
  }
}
