import * as vscode from "vscode";

interface Manifest {
  readonly activationEvents?: readonly string[];
  readonly enabledApiProposals?: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly authentication?: readonly { readonly id: string; readonly label: string }[];
    readonly mcpServerDefinitionProviders?: readonly { readonly id: string; readonly label: string }[];
    readonly configuration?: unknown;
  };
}

/** The extension under test, as the editor knows it. */
export function ourExtension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension("gateway-connect.gateway-connect");
  if (!found) throw new Error("the editor does not know gateway-connect.gateway-connect");
  return found;
}

export function manifest(): Manifest {
  return ourExtension().packageJSON as Manifest;
}
