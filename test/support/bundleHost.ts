import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { type EditorOptions, EditorRecord, editorApi } from "./editorApi.ts";
import { removeFolder } from "./removeFolder.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

/** The bundles that the editor may load into the extension host. */
const bundles = [
  "extension.cjs",
  "signIn.cjs",
  "commands.cjs",
  "mcpJson.cjs",
  "toml.cjs",
  "relay.cjs",
  "explain.cjs",
  "upkeep.cjs",
  "machine.cjs",
  "team.cjs",
  "policy.cjs",
  "toolPages.cjs",
  "traffic.cjs",
  "socket.cjs",
  "connect.cjs",
  "choose.cjs",
  "settings.cjs",
  "view.cjs",
  "sharing.cjs",
  "aws.cjs",
  "awsSdk.cjs",
] as const;

type Bundle = (typeof bundles)[number];

/** What is on a computer after a window was closed. */
export interface LeftBehind {
  readonly folder: string;
  readonly secrets: ReadonlyMap<string, string>;
}

export interface BundleHost {
  /** The bundles that were loaded, in this order. */
  readonly loaded: string[];
  /** What other extensions get. */
  readonly exports: unknown;
  /** What came out of the extension, and what it registered. */
  readonly editor: EditorRecord;
  /** The folder of its bundles. */
  readonly dist: string;
  /** The extension's storage. */
  readonly storage: string;
  /** What the extension keeps in the editor's secret storage. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What it asked of the secret storage, in this order: `get session:…`. */
  readonly asked: string[];
  /** Runs a command as the palette does. */
  run(command: string, ...args: unknown[]): Promise<unknown>;
  /** Ends the extension as the editor does: everything it handed over is disposed of. */
  stop(): Promise<void>;
}

const { _extensions: loaders } = Module as unknown as {
  readonly _extensions: Record<string, (module: { _compile(text: string, file: string): void }, file: string) => void>;
};
// As it is: what lets Node read TypeScript parses each bundle again, and keeps a map of its lines.
loaders[".cjs"] = (module, file) => module._compile(readFileSync(file, "utf8"), file);

/**
 * Activates `dist/extension.cjs` in this process, with an editor that notes what it was told.
 *
 * @param stored what is in the extension's storage, by file name
 * @param missing the bundles that are not there
 * @param instead a folder of bundles that take the place of those that ship
 * @param remembered what the extension remembers between sessions
 * @param left what another window, of whichever version, left in the storage and the secret storage
 */
export async function startBundleHost({
  stored = {},
  missing = [],
  remembered = new Map(),
  instead,
  left,
  ...options
}: EditorOptions & {
  readonly stored?: Readonly<Record<string, unknown>>;
  readonly missing?: readonly Bundle[];
  readonly remembered?: Map<string, unknown>;
  readonly instead?: string | undefined;
  readonly left?: LeftBehind | undefined;
} = {}): Promise<BundleHost> {
  const folder = makeTemporaryFolder("bundle-host");
  const [dist, storage] = [join(folder, "dist"), join(folder, "user", "globalStorage", "gateway-connect")];
  await mkdir(join(dist, "node_modules", "vscode"), { recursive: true });
  await mkdir(storage, { recursive: true });
  for (const [name, value] of Object.entries(stored)) await writeFile(join(storage, name), JSON.stringify(value));
  if (left) await cp(left.folder, storage, { recursive: true, preserveTimestamps: true });
  const loaded: string[] = [];
  const editor = new EditorRecord();
  const key = `bundleHost:${folder}`;
  Object.assign(globalThis, { [key]: { loaded, vscode: editorApi(editor, options) } });
  const our = `globalThis[${JSON.stringify(key)}]`;
  await writeFile(join(dist, "node_modules", "vscode", "index.js"), `module.exports = ${our}.vscode;`);
  for (const name of bundles) {
    if (missing.includes(name)) continue;
    const other = instead !== undefined && existsSync(join(instead, name));
    const text = await readFile(join(other ? instead : "dist", name), "utf8");
    // A program of ours that loads it is another process, where nobody counts.
    await writeFile(join(dist, name), `${our}?.loaded.push(${JSON.stringify(name)});${text}`);
  }
  for (const name of ["uninstall.cjs", "bridge.cjs", "standalone.mjs", "gateway.mjs", "sandbox.mjs"])
    await cp(join("dist", name), join(dist, name));
  await cp(join("dist", "webviews"), join(dist, "webviews"), { recursive: true });

  const require = createRequire(join(dist, "extension.cjs"));
  const extension = require("./extension.cjs") as Extension;
  const subscriptions: { dispose(): unknown }[] = [];
  const secrets = new Map(left?.secrets);
  const asked: string[] = [];
  const exports = await extension.activate({
    extension: { id: "gateway-connect.gateway-connect", packageJSON: { version: "1.2.3" } },
    asAbsolutePath: (path: string) => join(folder, path),
    globalStorageUri: { fsPath: storage },
    globalState: {
      get: (name: string, other?: unknown) => (remembered.has(name) ? remembered.get(name) : other),
      update: async (name: string, value: unknown) => void remembered.set(name, value),
    },
    secrets: {
      get: async (name: string) => {
        asked.push(`get ${name}`);
        return secrets.get(name);
      },
      store: async (name: string, value: string) => {
        asked.push(`store ${name}`);
        secrets.set(name, value);
      },
      delete: async (name: string) => {
        asked.push(`delete ${name}`);
        secrets.delete(name);
      },
      keys: async () => {
        asked.push("keys");
        return [...secrets.keys()];
      },
      onDidChange: () => ({ dispose() {} }),
    },
    subscriptions,
  });
  return {
    loaded,
    editor,
    exports,
    dist,
    storage,
    secrets,
    asked,
    run: async (command, ...args) => await editor.commands.get(`gatewayConnect.${command}`)?.(...args),
    async stop() {
      await extension.deactivate();
      for (const one of subscriptions.splice(0)) one.dispose();
      // What followed the last act may still be written.
      removeFolder(folder);
      for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
      Reflect.deleteProperty(globalThis, key);
    },
  };
}

interface Extension {
  activate(context: unknown): Promise<unknown>;
  deactivate(): Promise<void>;
}
