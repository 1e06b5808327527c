import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { english, type Translate } from "../../src/failures/translate.ts";

/** The bundles that the editor may load into the extension host. */
const bundles = ["extension.cjs", "commands.cjs", "mcpJson.cjs", "relay.cjs", "explain.cjs"] as const;

type Bundle = (typeof bundles)[number];

export interface BundleHost {
  /** The bundles that were loaded, in this order. */
  readonly loaded: string[];
  /** Every message that a person was shown. */
  readonly shown: string[];
  /** The commands that are registered, by their names. */
  readonly commands: ReadonlyMap<string, (...args: unknown[]) => unknown>;
  /** Ends the extension as the editor does: everything it handed over is disposed of. */
  stop(): Promise<void>;
}

/**
 * Activates `dist/extension.cjs` in this process, with an editor that does nothing and says what it was told.
 *
 * @param stored what is in the extension's storage, by file name
 * @param missing the bundles that are not there
 * @param translate the editor's `vscode.l10n.t`
 */
export async function startBundleHost({
  stored = {},
  missing = [],
  translate = english,
}: {
  readonly stored?: Readonly<Record<string, unknown>>;
  readonly missing?: readonly Bundle[];
  readonly translate?: Translate;
} = {}): Promise<BundleHost> {
  const folder = await mkdtemp(join(tmpdir(), "bundle-host-"));
  const [dist, storage] = [join(folder, "dist"), join(folder, "user", "globalStorage", "gateway-connect")];
  await mkdir(join(dist, "node_modules", "vscode"), { recursive: true });
  await mkdir(storage, { recursive: true });
  for (const [name, value] of Object.entries(stored)) await writeFile(join(storage, name), JSON.stringify(value));
  const loaded: string[] = [];
  const shown: string[] = [];
  const commands = new Map<string, (...args: unknown[]) => unknown>();
  const key = `bundleHost:${folder}`;
  Object.assign(globalThis, { [key]: { loaded, vscode: editor(commands, shown, translate) } });
  const our = `globalThis[${JSON.stringify(key)}]`;
  await writeFile(join(dist, "node_modules", "vscode", "index.js"), `module.exports = ${our}.vscode;`);
  for (const name of bundles) {
    if (missing.includes(name)) continue;
    const text = await readFile(join("dist", name), "utf8");
    await writeFile(join(dist, name), `${our}.loaded.push(${JSON.stringify(name)});${text}`);
  }
  for (const name of ["bridge.cjs", "standalone.mjs"]) await cp(join("dist", name), join(dist, name));

  const extension = createRequire(join(dist, "extension.cjs"))("./extension.cjs") as Extension;
  const subscriptions: { dispose(): unknown }[] = [];
  const secrets = new Map<string, string>();
  await extension.activate({
    extension: { packageJSON: { version: "1.2.3" } },
    asAbsolutePath: (path: string) => join(folder, path),
    globalStorageUri: { fsPath: storage },
    globalState: { get: () => undefined, update: async () => {} },
    secrets: {
      get: async (name: string) => secrets.get(name),
      store: async (name: string, value: string) => void secrets.set(name, value),
      delete: async (name: string) => void secrets.delete(name),
      keys: async () => [...secrets.keys()],
      onDidChange: () => ({ dispose() {} }),
    },
    subscriptions,
  });
  return {
    loaded,
    shown,
    commands,
    async stop() {
      await extension.deactivate();
      for (const one of subscriptions.splice(0)) one.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Extension {
  activate(context: unknown): Promise<void>;
  deactivate(): Promise<void>;
}

class Disposable {
  readonly #end: () => void;

  constructor(end: () => void) {
    this.#end = end;
  }

  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }

  dispose(): void {
    this.#end();
  }
}

class EventEmitter {
  readonly event = () => nothing;
  fire(): void {}
  dispose(): void {}
}

const nothing = new Disposable(() => {});
const uri = (path: string) => ({ path, fsPath: path, toString: () => path });

/** As much of the editor's API as activation and failing commands use. Questions are never answered. */
function editor(commands: Map<string, (...args: unknown[]) => unknown>, shown: string[], translate: Translate) {
  const show = async (message: string) => void shown.push(message);
  return {
    Disposable,
    EventEmitter,
    MarkdownString: class {},
    ThemeColor: class {},
    RelativePattern: class {},
    StatusBarAlignment: { Right: 2 },
    Uri: { file: uri, parse: uri },
    version: "1.105.0",
    env: { appName: "Editor", language: "en", remoteName: undefined, clipboard: { writeText: async () => {} } },
    l10n: { t: translate },
    authentication: { registerAuthenticationProvider: () => nothing },
    lm: { registerMcpServerDefinitionProvider: () => nothing },
    languages: { createDiagnosticCollection: () => ({ set() {}, dispose() {} }) },
    commands: {
      registerCommand(name: string, run: (...args: unknown[]) => unknown) {
        commands.set(name, run);
        return nothing;
      },
      executeCommand: async () => undefined,
    },
    window: {
      createOutputChannel: () => ({ debug() {}, info() {}, warn() {}, error() {}, show() {}, dispose() {} }),
      createStatusBarItem: () => ({ show() {}, hide() {}, dispose() {} }),
      showErrorMessage: show,
      showWarningMessage: show,
      showInformationMessage: show,
    },
    workspace: {
      workspaceFolders: [],
      textDocuments: [],
      getConfiguration: () => ({ get: () => undefined }),
      createFileSystemWatcher: () => ({ onDidCreate: () => nothing, onDidChange: () => nothing, dispose() {} }),
      registerTextDocumentContentProvider: () => nothing,
      onDidCloseTextDocument: () => nothing,
    },
  };
}
