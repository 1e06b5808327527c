import { register } from "node:module";

/** What a test stands in for; members that no test needs are left out. */
export interface FakeEditor {
  readonly authentication?: object;
  readonly commands?: object;
  readonly env?: object;
  readonly window?: object;
}

const module = `
const editor = globalThis.fakeEditor;
export const authentication = editor.authentication ?? {};
export const commands = editor.commands ?? {};
export const env = editor.env ?? {};
export const window = editor.window ?? {};
export const ProgressLocation = { Notification: 15 };
export const QuickPickItemKind = { Separator: -1 };
`;

const hook = `
export const resolve = (name, context, next) =>
  name === "vscode"
    ? { url: "data:text/javascript,${encodeURIComponent(module)}", shortCircuit: true }
    : next(name, context);
`;

/** Puts an editor in the place of the module `vscode`, once and before a file of `src/vscode` is imported. */
export function useFakeEditor(editor: FakeEditor): void {
  Object.assign(globalThis, { fakeEditor: editor });
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
