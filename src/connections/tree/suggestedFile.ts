import type { DocumentFault } from "../../lib/json/jsonDocument.ts";
import type { SuggestedGateway, TeamFile } from "../offers/teamFile.ts";

/** A repository's file as the view shows it: with those of its gateways that are not connected. */
export interface SuggestedFile extends TeamFile {
  /** Its address. */
  readonly uri: string;
  /** How it is called in a message. */
  readonly path: string;
  /** The folder it is in, where the window has several. */
  readonly folder?: string;
  /** Tells what it suggests from anything else that it could. */
  readonly hash: string;
}

/** The items of the view that suggest something. Commands read `file`, `address` and `line`. */
export type SuggestionNode =
  | { readonly kind: "suggestedFile"; readonly file: string; readonly suggested: SuggestedFile }
  | { readonly kind: "suggestion"; readonly file: string; readonly address: string; readonly gateway: SuggestedGateway }
  | { readonly kind: "refusedEntry"; readonly file: string; readonly line: number; readonly fault: DocumentFault };

export const suggestedFileNode = (suggested: SuggestedFile): SuggestionNode => ({
  kind: "suggestedFile",
  file: suggested.uri,
  suggested,
});

/** What stands under a file: first what it suggests, then what of it is refused. */
export const suggestionNodes = ({ uri: file, gateways, faults }: SuggestedFile): readonly SuggestionNode[] => [
  ...gateways.map((gateway) => ({ kind: "suggestion", file, address: gateway.url, gateway }) as const),
  ...faults.map((fault) => ({ kind: "refusedEntry", file, line: fault.line, fault }) as const),
];

/** Tells these items apart. */
export function suggestionKey(node: SuggestionNode): string {
  switch (node.kind) {
    case "suggestedFile":
      return `suggested ${node.file}`;
    case "suggestion":
      return `suggested ${node.file} ${node.address}`;
    case "refusedEntry":
      return `suggested ${node.file} refused ${node.line}:${node.fault.column} ${node.fault.path}`;
  }
}
