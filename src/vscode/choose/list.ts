import * as vscode from "vscode";
import { withoutIcons } from "../withoutIcons.ts";

/** A line of a list. One without a value says something, and cannot be chosen. */
export interface ListItem<T> {
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  /** Begins a part of the list, with nothing but its label. */
  readonly isHeading?: boolean;
  readonly value?: T;
}

export interface ListQuestion<T> {
  readonly title: string;
  readonly placeholder: string;
  /** What is said while the items are not there yet. */
  readonly waiting?: string;
  readonly canGoBack: boolean;
  /** Gets the items. It is run again with the button that has what `reload` says. */
  readonly items: (signal: AbortSignal) => Promise<readonly ListItem<T>[]> | readonly ListItem<T>[];
  readonly reload?: string;
  /** The item that is chosen at first. */
  readonly active?: (value: T) => boolean;
}

/** How a list ended. */
export type ListAnswer<T> =
  | { readonly kind: "chosen"; readonly value: T }
  | { readonly kind: "reload" | "back" | "cancelled" }
  | { readonly kind: "failed"; readonly error: unknown };

type Row<T> = vscode.QuickPickItem & { readonly value?: T };

/** Asks in a list that is there at once, busy until its items are; a person may go back or give up meanwhile. */
export function askInList<T>(question: ListQuestion<T>): Promise<ListAnswer<T>> {
  const { title, placeholder, waiting = placeholder, canGoBack, items, reload, active } = question;
  const list = vscode.window.createQuickPick<Row<T>>();
  const ended = new AbortController();
  const again = { iconPath: new vscode.ThemeIcon("refresh"), tooltip: reload ?? "" };
  list.title = title;
  list.placeholder = waiting;
  list.ignoreFocusOut = true;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.busy = true;
  list.buttons = [...(canGoBack ? [vscode.QuickInputButtons.Back] : []), ...(reload === undefined ? [] : [again])];
  return new Promise((resolve) => {
    const end = (answer: ListAnswer<T>) => {
      resolve(answer);
      ended.abort();
      list.dispose();
    };
    list.onDidTriggerButton((button) => end({ kind: button === again ? "reload" : "back" }));
    list.onDidAccept(() => {
      const [chosen] = list.selectedItems;
      if (chosen && chosen.value !== undefined) end({ kind: "chosen", value: chosen.value });
    });
    list.onDidHide(() => end({ kind: "cancelled" }));
    const show = async () => {
      const rows = (await items(ended.signal)).map(rowOf);
      if (ended.signal.aborted) return;
      list.items = rows;
      const first = active && rows.find(({ value }) => value !== undefined && active(value));
      if (first) list.activeItems = [first];
      list.placeholder = placeholder;
      list.busy = false;
    };
    list.show();
    void show().catch((error: unknown) => end({ kind: "failed", error }));
  });
}

/** A label begins with an icon of ours; whatever else looks like one is somebody's text. */
const ownIcon = /^\$\([a-z-]+\) /;

function rowOf<T>({ label, description, detail, isHeading, value }: ListItem<T>): Row<T> {
  if (isHeading) return { label, kind: vscode.QuickPickItemKind.Separator };
  const [icon = ""] = ownIcon.exec(label) ?? [];
  return {
    label: `${icon}${withoutIcons(label.slice(icon.length))}`,
    ...(description !== undefined && { description: withoutIcons(description) }),
    ...(detail !== undefined && { detail: withoutIcons(detail) }),
    ...(value !== undefined && { value }),
  };
}
