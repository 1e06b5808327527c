import { register } from "node:module";
import { english } from "../../src/failures/translate.ts";

type Namespace = Record<string, unknown>;

/** What a test stands in for; members that no test needs are left out. */
export interface FakeEditor {
  readonly authentication?: Namespace;
  readonly env?: Namespace;
  readonly window?: Namespace;
}

const module = `
export const { authentication, commands, env, l10n, window } = globalThis.fakeEditor;
export const ProgressLocation = { Notification: 15 };
export const QuickPickItemKind = { Separator: -1 };
export const Uri = { parse: String };
export const ViewColumn = { Active: -1, Beside: -2 };
export class EventEmitter {
  #listeners = new Set();
  event = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(event) { for (const listener of this.#listeners) listener(event); }
  dispose() { this.#listeners.clear(); }
}
`;

const hook = `
export const resolve = (name, context, next) =>
  name === "vscode"
    ? { url: "data:text/javascript,${encodeURIComponent(module)}", shortCircuit: true }
    : next(name, context);
`;

/**
 * Puts an editor in the place of the module `vscode`, before a file of `src/vscode` is imported.
 *
 * Files of tests may share a process, and with it the module: each adds what it stands in for.
 *
 * @throws Error when two files stand in for the same member
 */
export function useFakeEditor(editor: FakeEditor): void {
  const world = globalThis as { fakeEditor?: Record<string, Namespace> };
  if (world.fakeEditor === undefined) {
    world.fakeEditor = {
      authentication: {},
      commands: { executeCommand() {} },
      env: {},
      l10n: { t: english },
      window: {},
    };
    register(`data:text/javascript,${encodeURIComponent(hook)}`);
  }
  for (const [name, members] of Object.entries(editor) as [string, Namespace][]) {
    const known = world.fakeEditor[name] ?? {};
    const twice = Object.keys(members).filter((member) => member in known);
    if (twice.length > 0) throw new Error(`two tests stand in for ${name}.${twice.join(", ")}`);
    Object.assign(known, members);
  }
}
