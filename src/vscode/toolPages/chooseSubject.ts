import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { isDestructive, type Subject, type SubjectKind } from "../../toolPage/subject.ts";
import { translate } from "../translate.ts";
import { type GatewaySubjects, type SubjectReference, subjectsOfAll } from "./listedSubjects.ts";

interface SubjectItem extends vscode.QuickPickItem {
  readonly reference?: SubjectReference;
}

/** Lets the person choose among all tools, resources or prompts of these gateways, by title and name. */
export async function chooseSubject(
  kind: SubjectKind,
  connections: readonly Connection[],
  gateways: Gateways,
): Promise<SubjectReference | undefined> {
  const items = subjectsOfAll(kind, connections, gateways).then((all) => itemsOf(kind, all));
  const chosen = await vscode.window.showQuickPick<SubjectItem>(items, {
    title: titleOf(kind, connections),
    placeHolder: translate("Search by title, name or description"),
    // A page in front takes the focus back when the palette closes, which would end the choice.
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.reference;
}

function titleOf(kind: SubjectKind, [first, ...others]: readonly Connection[]): string {
  const one = others.length === 0 ? first?.name : undefined;
  switch (kind) {
    case "tool":
      return one === undefined ? translate("Run a tool of a gateway") : translate("Run a tool of {0}", one);
    case "resource":
      return one === undefined ? translate("Open a resource of a gateway") : translate("Open a resource of {0}", one);
    case "prompt":
      return one === undefined ? translate("Open a prompt of a gateway") : translate("Open a prompt of {0}", one);
  }
}

/** How much of a description stands in a line, in characters. */
const LONGEST_DETAIL = 160;

function itemsOf(kind: SubjectKind, all: readonly GatewaySubjects[]): readonly SubjectItem[] {
  const some = all.filter(({ subjects }) => subjects.length > 0);
  if (some.length === 0) return [{ label: nothing(kind), alwaysShow: true }];
  return some.flatMap(({ connection, subjects }) => {
    const targets = [...new Set(subjects.map(({ target }) => target))];
    return targets.flatMap((target) => [
      {
        label: target === undefined ? connection.name : `${connection.name} · ${foreignText(target)}`,
        kind: vscode.QuickPickItemKind.Separator,
      },
      ...subjects.filter((one) => one.target === target).map((subject) => itemOf(subject, connection.id)),
    ]);
  });
}

const icons = { tool: "tools", resource: "file", prompt: "comment" } as const;

function itemOf(subject: Subject, gateway: string): SubjectItem {
  const { kind, name, title, description } = subject;
  const icon = isDestructive(subject) ? "warning" : icons[kind];
  const shownName = foreignText(name);
  return {
    label: `$(${icon}) ${title.replaceAll("$(", "$ (")}`,
    description: isDestructive(subject) ? translate("{0}, destructive", shownName) : shownName,
    detail: foreignText(description, LONGEST_DETAIL),
    reference: { kind, gateway, name },
  };
}

function nothing(kind: SubjectKind): string {
  switch (kind) {
    case "tool":
      return translate("No gateway has told of a tool yet. Sign in to one first.");
    case "resource":
      return translate("No gateway has told of a resource.");
    case "prompt":
      return translate("No gateway has told of a prompt.");
  }
}
