import * as vscode from "vscode";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import { genericHost, type Host, type HostFile } from "../../hosts/hosts.ts";
import type { FoundHosts, HostPlace } from "../../node/hostFiles/findHostFiles.ts";
import { translate } from "../translate.ts";

/** A file of a host; or a host whose file a person names, or in which an entry is pasted. */
export type ChosenHost = HostFile | { readonly host: Host };

interface Item extends vscode.QuickPickItem {
  readonly chosen?: ChosenHost;
}

export interface ChooseHostWords {
  /** The files that have an entry of the connection. */
  readonly known: ReadonlySet<string>;
  /** A path as people write it. */
  readonly shown: (path: string) => string;
}

function detailOf({ host, scope }: Pick<HostPlace, "host" | "scope">): string {
  if (scope === "workspace")
    return translate("The entry names programs of this computer: keep it out of version control.");
  if (host.id === "vscode" && hostIdOfEditor(vscode.env.appName) === undefined)
    return translate("This editor has your gateways without it.");
  if (host.id === "claude-code") return translate('Written by "claude mcp add-json".');
  return "";
}

/** Asks for a host: first those that are on this computer, then the files of the open folders, then the others. */
export async function chooseHost(
  { files, pasted }: FoundHosts,
  { known, shown }: ChooseHostWords,
): Promise<ChosenHost | undefined> {
  const fileItem = ({ host, scope, path }: HostPlace): Item => {
    const where = scope === "user" ? translate("for you") : translate("for this folder");
    const label = `${known.has(path) ? "$(check) " : ""}${host.title}, ${where}`;
    return { label, description: shown(path), detail: detailOf({ host, scope }), chosen: { host, path } };
  };
  const pastedItem = ({ host }: { readonly host: Host }): Item => ({
    label: translate("{0}, to paste", host.title),
    description: host.pastedAt ?? "",
    detail: translate("It names no file of its servers, so the entry is put on the clipboard."),
    chosen: { host },
  });
  const group = (label: string, items: readonly Item[]): readonly Item[] =>
    items.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
  const here = new Set(files.filter(({ isFound }) => isFound).map(({ host }) => host.id));
  const hostsThat = (isFound: boolean) => ({
    user: [
      ...files.filter((file) => file.scope === "user" && file.isFound === isFound).map(fileItem),
      ...pasted.filter((one) => one.isFound === isFound).map(pastedItem),
    ],
    workspace: files.filter((file) => file.scope === "workspace" && here.has(file.host.id) === isFound).map(fileItem),
  });
  const [found, missing] = [hostsThat(true), hostsThat(false)];
  const another: Item = {
    label: translate("Another file…"),
    description: translate("with its servers under mcpServers"),
    chosen: { host: genericHost },
  };
  const items = [
    ...group(translate("on this computer"), found.user),
    ...group(translate("in this folder"), found.workspace),
    ...group(translate("not found on this computer"), [...missing.user, ...missing.workspace]),
    ...group(translate("elsewhere"), [another]),
  ];
  const title = translate("Add it to which file?");
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.chosen;
}
