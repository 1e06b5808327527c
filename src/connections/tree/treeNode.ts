import type { GatewaySummary } from "../gatewayStatus.ts";
import type { ShownCatalogue, ShownItem, ShownTool } from "./shownCatalogue.ts";
import {
  type SuggestedFile,
  type SuggestionNode,
  suggestedFileNode,
  suggestionKey,
  suggestionNodes,
} from "./suggestedFile.ts";

/** A gateway or sandbox that this window runs on this machine. */
export interface LocalProgram {
  readonly kind: "sandbox" | "localGateway";
  /** The name of a local gateway, or the provider that a sandbox behaves like; empty for one that is like no product. */
  readonly name: string;
  readonly url: string;
  /** The configuration of a local gateway. */
  readonly file?: string;
  /** The targets of a local gateway that run at AWS only, each with what becomes of it here. */
  readonly notRun?: readonly string[];
}

/**
 * An item of the view. Commands that are run on one read what they need of it: `connectionId` the gateway, `name` the tool,
 * `address` and `file` the local program, or what a repository suggests.
 */
export type TreeNode =
  | SuggestionNode
  | { readonly kind: "gateway"; readonly connectionId: string }
  | { readonly kind: "target"; readonly connectionId: string; readonly target: string }
  | { readonly kind: "tool"; readonly connectionId: string; readonly name: string; readonly tool: ShownTool }
  | { readonly kind: "resources" | "prompts"; readonly connectionId: string }
  | {
      readonly kind: "resource" | "prompt";
      readonly connectionId: string;
      readonly name: string;
      readonly item: ShownItem;
    }
  | { readonly kind: "finding" | "notListed" | "empty" | "left"; readonly connectionId: string }
  | { readonly kind: "local" }
  | {
      readonly kind: "program";
      readonly address: string;
      readonly file: string | undefined;
      readonly program: LocalProgram;
    };

/** What the view is drawn of. */
export interface TreeState {
  readonly gateways: readonly GatewaySummary[];
  readonly programs: readonly LocalProgram[];
  readonly suggested: readonly SuggestedFile[];
  /** Undefined for a gateway that has never been listed. */
  readonly catalogue: (connectionId: string) => ShownCatalogue | undefined;
}

/** Tells items apart, for as long as they stand for the same thing. */
export function nodeKey(node: TreeNode): string {
  switch (node.kind) {
    case "local":
      return "local";
    case "suggestedFile":
    case "suggestion":
    case "refusedEntry":
      return suggestionKey(node);
    case "program":
      return `program ${node.program.kind} ${node.file ?? node.address}`;
    case "target":
      return `${node.connectionId} target ${node.target}`;
    case "tool":
    case "resource":
    case "prompt":
      return `${node.connectionId} ${node.kind} ${node.name}`;
    default:
      return `${node.connectionId} ${node.kind}`;
  }
}

/** The items under an item, or at the top. Only they are made, and nothing is asked of a gateway. */
export function childrenOf(
  node: TreeNode | undefined,
  { gateways, programs, suggested, catalogue }: TreeState,
): TreeNode[] {
  if (node === undefined) {
    const all = gateways.map(({ connection: { id } }): TreeNode => ({ kind: "gateway", connectionId: id }));
    return [...suggested.map(suggestedFileNode), ...all, ...(programs.length > 0 ? [{ kind: "local" } as const] : [])];
  }
  if (node.kind === "local") {
    return programs.map((program) => ({ kind: "program", address: program.url, file: program.file, program }));
  }
  if (node.kind === "suggestedFile") return [...suggestionNodes(node.suggested)];
  if (!("connectionId" in node)) return [];
  const { connectionId } = node;
  const listed = catalogue(connectionId);
  switch (node.kind) {
    case "gateway": {
      const under = listed ? listedOf(connectionId, listed) : [{ kind: "notListed", connectionId } as const];
      const state = gateways.find(({ connection }) => connection.id === connectionId)?.state;
      return state?.kind === "attention" ? [{ kind: "finding", connectionId }, ...under] : under;
    }
    case "target":
      return (listed?.targets.get(node.target) ?? []).map((tool) => toolNode(connectionId, tool));
    case "resources":
      return (listed?.resources ?? []).map((item) => ({ kind: "resource", connectionId, name: item.name, item }));
    case "prompts":
      return (listed?.prompts ?? []).map((item) => ({ kind: "prompt", connectionId, name: item.name, item }));
    default:
      return [];
  }
}

/** The item of a tool. */
export const toolNode = (connectionId: string, tool: ShownTool): TreeNode => ({
  kind: "tool",
  connectionId,
  name: tool.name,
  tool,
});

/** Targets first, then the tools that are the gateway's own, then what else it has. */
function listedOf(connectionId: string, { tools, targets, resources, prompts, left }: ShownCatalogue): TreeNode[] {
  const nodes: TreeNode[] = [...targets.keys()].map((target) => ({ kind: "target", connectionId, target }));
  for (const tool of tools) {
    if (tool.target === undefined) nodes.push(toolNode(connectionId, tool));
  }
  if (resources.length > 0) nodes.push({ kind: "resources", connectionId });
  if (prompts.length > 0) nodes.push({ kind: "prompts", connectionId });
  if (left > 0) nodes.push({ kind: "left", connectionId });
  return nodes.length > 0 ? nodes : [{ kind: "empty", connectionId }];
}

/** The item above an item, so that one can be shown that was found by its name. */
export function parentOf(node: TreeNode): TreeNode | undefined {
  switch (node.kind) {
    case "gateway":
    case "local":
    case "suggestedFile":
    // Nobody looks for these.
    case "suggestion":
    case "refusedEntry":
      return undefined;
    case "program":
      return { kind: "local" };
    case "tool": {
      const { connectionId, tool } = node;
      if (tool.target !== undefined) return { kind: "target", connectionId, target: tool.target };
      return { kind: "gateway", connectionId };
    }
    case "resource":
      return { kind: "resources", connectionId: node.connectionId };
    case "prompt":
      return { kind: "prompts", connectionId: node.connectionId };
    default:
      return { kind: "gateway", connectionId: node.connectionId };
  }
}
