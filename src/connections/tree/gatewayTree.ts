import type { GatewaySummary } from "../gatewayStatus.ts";
import { toolJudge } from "../toolRules/keptBack.ts";
import type { Catalogues } from "./catalogues.ts";
import { gatewayLook, type TreeWords } from "./gatewayLook.ts";
import {
  findingLook,
  groupLook,
  hintLook,
  itemLook,
  localLook,
  programLook,
  targetLook,
  toolLook,
} from "./itemLooks.ts";
import type { NodeLook } from "./nodeLook.ts";
import type { ShownTool } from "./shownCatalogue.ts";
import type { SuggestedFile } from "./suggestedFile.ts";
import { suggestionLook } from "./suggestionLook.ts";
import {
  childrenOf,
  type LocalProgram,
  nodeKey,
  parentOf,
  type TreeNode,
  type TreeState,
  toolNode,
} from "./treeNode.ts";

export interface GatewayTreeWorld {
  readonly catalogues: Pick<Catalogues, "of">;
  readonly words: TreeWords;
  /** What the editor finds wrong with the schema of a tool, as far as it is known by now. */
  readonly invalid: (tool: ShownTool) => readonly string[];
  /** Called with an item that looks different or has other items under it; undefined stands for the top. */
  readonly onChanged: (node: TreeNode | undefined) => void;
}

/**
 * The view of all gateways: which items there are, how each looks, and which of them a change concerns. Items are made
 * when they are to be shown, and a change of one gateway concerns its item alone.
 */
export class GatewayTree {
  readonly #world: GatewayTreeWorld;
  /** Items as they were handed out: whoever shows them knows them by identity. */
  readonly #nodes = new Map<string, TreeNode>();
  readonly #shown = new Map<string, string>();
  #gateways: readonly GatewaySummary[] = [];
  #programs: readonly LocalProgram[] = [];
  #suggested: readonly SuggestedFile[] = [];

  constructor(world: GatewayTreeWorld) {
    this.#world = world;
  }

  /** Takes in how the gateways are now. */
  update(gateways: readonly GatewaySummary[]): void {
    const before = this.#top();
    this.#gateways = gateways;
    this.#tell(before);
  }

  /** Takes in what runs on this machine now. */
  run(programs: readonly LocalProgram[]): void {
    const before = this.#top();
    this.#programs = programs;
    this.#tell(before);
    const local = this.#nodes.get("local");
    if (local && before === this.#top()) this.#world.onChanged(local);
  }

  /** Takes in what repositories suggest. */
  suggest(files: readonly SuggestedFile[]): void {
    if (JSON.stringify(files) === JSON.stringify(this.#suggested)) return;
    this.#suggested = files;
    this.#world.onChanged(undefined);
  }

  /** Takes in that a gateway lists something else. */
  listed(connectionId: string): void {
    const node = this.#nodes.get(nodeKey({ kind: "gateway", connectionId }));
    if (node === undefined) return;
    this.#forget(connectionId);
    this.#nodes.set(nodeKey(node), node);
    this.#shown.set(connectionId, this.#signature(connectionId));
    this.#world.onChanged(node);
  }

  children(node?: TreeNode): readonly TreeNode[] {
    return childrenOf(node, this.#state).map((child) => this.#kept(child));
  }

  parent(node: TreeNode): TreeNode | undefined {
    const parent = parentOf(node);
    return parent && this.#kept(parent);
  }

  /** The item of a tool; undefined for one that its gateway does not list. */
  tool(connectionId: string, name: string): TreeNode | undefined {
    const tool = this.#world.catalogues.of(connectionId)?.tools.find((one) => one.name === name);
    return tool && this.#kept(toolNode(connectionId, tool));
  }

  look(node: TreeNode): NodeLook {
    const { words } = this.#world;
    const { say } = words;
    switch (node.kind) {
      case "gateway": {
        const look = this.#gatewayLook(node.connectionId);
        this.#shown.set(node.connectionId, this.#signature(node.connectionId, look));
        return look;
      }
      case "target":
        return this.#targetLook(node);
      case "tool":
        return toolLook(
          node.tool,
          {
            kept: toolJudge(this.#gateway(node.connectionId)?.toolLayers)(node.tool),
            denial: this.#denied(node)?.get(node.name),
            invalid: this.#world.invalid(node.tool),
          },
          words,
        );
      case "resources":
      case "prompts":
        return groupLook(node.kind, this.#listed(node)?.[node.kind].length ?? 0, say);
      case "resource":
      case "prompt":
        return itemLook(node.kind, node.item, say);
      case "local":
        return localLook(say);
      case "program":
        return programLook(node.program, this.#connectedTo(node.address), say);
      case "suggestedFile":
      case "suggestion":
      case "refusedEntry":
        return suggestionLook(node, say);
      case "finding":
        return this.#findingLook(node.connectionId);
      default: {
        const isSignedOut = this.#gateway(node.connectionId)?.state.kind === "signedOut";
        return hintLook(node.kind, { isSignedOut, left: this.#listed(node)?.left ?? 0 }, say);
      }
    }
  }

  get #state(): TreeState {
    return {
      ...{ gateways: this.#gateways, programs: this.#programs, suggested: this.#suggested },
      catalogue: (connectionId) => this.#world.catalogues.of(connectionId),
    };
  }

  /** What stands at the top, as one text. */
  #top(): string {
    return childrenOf(undefined, this.#state).map(nodeKey).join("\n");
  }

  #tell(before: string): void {
    if (before !== this.#top()) {
      for (const id of this.#shown.keys()) if (!this.#gateway(id)) this.#forget(id);
      this.#world.onChanged(undefined);
      return;
    }
    for (const [connectionId, shown] of this.#shown) {
      const now = this.#signature(connectionId);
      if (now === shown) continue;
      this.#shown.set(connectionId, now);
      this.#world.onChanged(this.#nodes.get(nodeKey({ kind: "gateway", connectionId })));
    }
  }

  /** What a gateway listed before may be gone. */
  #forget(connectionId: string): void {
    this.#shown.delete(connectionId);
    for (const key of this.#nodes.keys()) if (key.startsWith(`${connectionId} `)) this.#nodes.delete(key);
  }

  /** All that a gateway's item and those under it are drawn of beside what it lists, as one text. */
  #signature(connectionId: string, look = this.#gatewayLook(connectionId)): string {
    const denied = [...(this.#denied({ connectionId }) ?? [])].map(([tool, { at }]) => [tool, at]);
    return JSON.stringify([look, this.#gateway(connectionId)?.toolLayers, denied]);
  }

  #gatewayLook(connectionId: string): NodeLook {
    const gateway = this.#gateway(connectionId);
    // It was removed a moment ago, and the item goes with the next change.
    if (!gateway) return { label: "", context: "", spoken: "" };
    const tools = this.#world.catalogues.of(connectionId)?.tools;
    return gatewayLook(gateway, { tools, all: this.#gateways }, this.#world.words);
  }

  /** What is to be mended first, where a gateway needs the person. */
  #findingLook(connectionId: string): NodeLook {
    const state = this.#gateway(connectionId)?.state;
    if (state?.kind !== "attention") return { label: "", context: "finding", spoken: "" };
    return findingLook(state.finding ?? this.#world.words.failureWords(state.failure).nextStep);
  }

  #targetLook(node: { readonly connectionId: string; readonly target: string }): NodeLook {
    const tools = this.#listed(node)?.targets.get(node.target) ?? [];
    const denied = tools.filter(({ name }) => this.#denied(node)?.has(name)).length;
    return targetLook(node.target, { tools: tools.length, denied }, this.#world.words.say);
  }

  #denied({ connectionId }: { readonly connectionId: string }) {
    return this.#gateway(connectionId)?.denied;
  }

  #gateway(connectionId: string): GatewaySummary | undefined {
    return this.#gateways.find(({ connection: { id } }) => id === connectionId);
  }

  #listed({ connectionId }: { readonly connectionId: string }) {
    return this.#world.catalogues.of(connectionId);
  }

  #connectedTo(url: string): string | undefined {
    return this.#gateways.find(({ connection }) => connection.url === url)?.connection.name;
  }

  /** The item that was handed out for the same thing, brought up to date. */
  #kept(node: TreeNode): TreeNode {
    const key = nodeKey(node);
    const known = this.#nodes.get(key);
    if (known) return Object.assign(known, node);
    this.#nodes.set(key, node);
    return node;
  }
}
