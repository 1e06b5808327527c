import { readFileSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { english, type Translate } from "../../src/failures/translate.ts";
import { settingProxy } from "./settingProxy.ts";
import { isIgnored } from "./uses/ignored.ts";

/** Something that the editor asks of the person in front of it. */
export interface Question {
  readonly kind: "message" | "pick" | "input" | "file";
  /** What is asked: the message, or the title and what stands below it. */
  readonly text: string;
  /** What stands below a message. */
  readonly detail?: string;
  /** The buttons or the labels to choose from. */
  readonly choices: readonly string[];
}

/** What is answered: a button or a part of a label, a text, the path of a file. Undefined leaves it unanswered. */
export type Answers = (question: Question) => string | undefined;

export interface EditorOptions {
  readonly appName?: string;
  /** Where the window works, if that is not on this computer. */
  readonly remoteName?: string;
  readonly translate?: Translate;
  /** The settings, by their whole names. A command of the extension may change them. */
  readonly settings?: Record<string, unknown>;
  readonly answer?: Answers;
  /** The folders of the workspace, by their paths on this machine. */
  readonly folders?: readonly string[];
  /** Whether the workspace is trusted; it is, unless this says otherwise. */
  readonly isTrusted?: boolean;
  /** What opens pages. */
  readonly browse?: (url: string) => void;
}

/** A page that the extension made. */
export interface ShownPage {
  readonly title: string;
  readonly html: string;
  /** What the extension told it. */
  readonly told: readonly unknown[];
  /** Does what the page's script does when somebody acts on it. */
  act(message: unknown): void;
  close(): void;
}

/** What came out of the extension: all that a person could see, and what it registered. */
export class EditorRecord {
  /** Every message that a person was shown. */
  readonly shown: string[] = [];
  readonly asked: Question[] = [];
  readonly opened: string[] = [];
  /** The texts of documents that were shown. */
  readonly documents: string[] = [];
  /** The pages that the extension made, as HTML. */
  readonly pages: ShownPage[] = [];
  /** The titles of those that were shown again. */
  readonly revealedPages: string[] = [];
  /** The commands that are registered, by their names. */
  readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  readonly contexts = new Map<string, unknown>();
  /** The steps of walkthroughs that were ticked. */
  readonly ticked: string[] = [];
  readonly settings: Record<string, unknown> = {};
  /** The text of the document that has the focus, if one has it, and where the extension put the cursor in it. */
  activeText: string | undefined;
  readonly cursors: number[] = [];
  /** Why the editor takes no change of the settings now; it does where this is undefined. */
  refusesSettings: string | undefined;
  /** What the workspace sets. */
  readonly workspaceSettings: Record<string, unknown> = {};
  /** Tells that a setting was changed, by its whole name. */
  settingChanged: (name: string) => void = () => {};
  /** Trusts the workspace from now on. */
  trust: () => void = () => {};
  /** Tells that a file of the workspace was changed. */
  fileChanged: () => void = () => {};
  /** What follows a change of a file that programs share, by its path. */
  readonly watched = new Map<string, () => void>();
  clipboard = "";
  /** What the editor's agent has: a tool of each server that was started. */
  readonly agentTools: { readonly name: string }[] = [];
  /** What the editor gives another extension that asks for a session of ours, and was allowed to. */
  getSession: (scopes: readonly string[]) => Promise<unknown> = async () => undefined;
  /** What the issue reporter was opened with. */
  readonly issues: { readonly extensionId: string; readonly issueBody: string }[] = [];
  /** The tools that the extension itself has for agents. */
  readonly languageModelTools = new Map<string, LanguageModelTool>();
  /** The terminals that were opened, with what runs in them. */
  readonly terminals: { readonly shellPath?: string; readonly shellArgs?: readonly string[] }[] = [];
  /** Ends what runs in the last terminal. */
  endTerminal: (code: number) => void = () => {};
  /** Every line of the log, down to the most detailed level. */
  readonly logged: string[] = [];
  logShown = 0;
  statusBar = "";
  /** The items of the view, as the editor asks for them. */
  tree: TreeProvider | undefined;
  /** The MCP servers, as the editor asks for them. */
  servers: ServerProvider | undefined;
  /** The number on the view. */
  /** What stands beside the title of the view. */
  viewDescription = "";
  badge: number | undefined;
  /** Shows the view, or hides it. */
  look: (visible: boolean) => void = () => {};
  /** What documents of a scheme have in them, as the editor asks for it. */
  readonly contents = new Map<string, Content>();
  /** The tabs that are open, by the addresses of their documents. */
  readonly tabs: { readonly input: object }[] = [];
  /** Opens a link of the editor's own scheme, as a browser does. */
  followLink: (link: string) => void = () => {};
  /** Closes the tab of a document, as a person does. */
  closeTab: (path: string) => void = () => {};
  /** The files of the workspace that were looked at. */
  readonly looked: string[] = [];
  /** The items that the view was told to show. */
  readonly revealed: object[] = [];
}

/** The manifest as an editor hands it out: its words in the place of their keys. */
function translatedManifest(): unknown {
  const words = JSON.parse(readFileSync("package.nls.json", "utf8")) as Readonly<Record<string, string>>;
  return JSON.parse(readFileSync("package.json", "utf8"), (_, value) =>
    typeof value === "string" ? (words[/^%(.+)%$/.exec(value)?.[1] ?? ""] ?? value) : value,
  );
}

export interface ServerProvider {
  provideMcpServerDefinitions(): Promise<readonly object[]>;
}

/** What the editor asks of a view. */
export interface TreeProvider {
  getChildren(node?: object): Promise<readonly object[]>;
  getTreeItem(node: object): Promise<{
    readonly label: string;
    readonly description?: string;
    readonly contextValue?: string;
    readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
  }>;
}

export interface LanguageModelTool {
  prepareInvocation(asked: object): Promise<{ readonly confirmationMessages: { readonly title: string } }>;
  invoke(asked: object, token: object): Promise<{ readonly content: readonly { readonly value: string }[] }>;
}

/** What is answered by whoever goes back a step. */
export const back = "\u2190";

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

class TreeItem {
  readonly label: string;

  constructor(label: string) {
    this.label = label;
  }
}

class TabInputText {
  readonly uri: { readonly path?: string };

  constructor(uri: { readonly path?: string }) {
    this.uri = uri;
  }
}

class EventEmitter {
  readonly event = () => nothing;
  fire(): void {}
  dispose(): void {}
}

interface Button {
  readonly tooltip?: string;
}

const quickInputBack: Button = {};
const nothing = new Disposable(() => {});
const uri = (text: string) => ({ scheme: "file", path: text, fsPath: text, query: "", toString: () => text });

type Provider = {
  getSessions(scopes: readonly string[], options: object): Promise<readonly unknown[]>;
  createSession(scopes: readonly string[], options: object): Promise<unknown>;
};
type AskedSession = { readonly createIfNone?: { detail: string }; readonly forceNewSession?: { detail: string } };
type ConfigurationChange = { affectsConfiguration(section: string): boolean };

const isWithin = (name: string, section: string): boolean => name === section || name.startsWith(`${section}.`);
interface Content {
  provideTextDocumentContent(uri: object): string;
}

/** As much of the editor's API as the extension uses, with a person who answers by `options.answer`. */
export function editorApi(record: EditorRecord, options: EditorOptions = {}) {
  const { remoteName, appName = "Editor", translate = english, answer = () => undefined, browse = () => {} } = options;
  Object.assign(record.settings, options.settings);
  const providers = new Map<string, Provider>();
  let { isTrusted = true } = options;
  const { contents } = record;
  const changes = new Set<(change: ConfigurationChange) => void>();
  const closers = new Set<(terminal: object) => void>();
  record.settingChanged = (name) => {
    for (const act of changes) act({ affectsConfiguration: (asked) => isWithin(name, asked) });
  };

  const ask = (question: Question): string | undefined => {
    record.asked.push(question);
    return answer(question);
  };
  const chosen = (question: Question): string | undefined => {
    const given = ask(question);
    return given === undefined ? undefined : question.choices.find((one) => one.includes(given));
  };
  const show = async (text: string, ...rest: (string | { readonly detail?: string })[]) => {
    record.shown.push(text);
    const choices = rest.filter((one) => typeof one === "string");
    const { detail } = rest.find((one) => typeof one === "object") ?? ({} as { detail?: string });
    const told = detail === undefined ? {} : { detail };
    return choices.length === 0 ? undefined : chosen({ kind: "message", text, choices, ...told });
  };
  type Item = string | { readonly label: string };
  const label = (item: Item) => (typeof item === "string" ? item : item.label);
  const showQuickPick = async (
    given: readonly Item[] | Promise<readonly Item[]>,
    { title = "", canPickMany = false }: { title?: string; canPickMany?: boolean } = {},
  ) => {
    const items = await given;
    const found = chosen({ kind: "pick", text: title, choices: items.map(label) });
    const item = items.find((one) => label(one) === found);
    return item !== undefined && canPickMany ? [item] : item;
  };
  /** Buttons in the title of a comparison, which stay until one is pressed. */
  const decide = async (side: unknown, title: string) => {
    const given = chosen({ kind: "message", text: title, choices: ["Write This Change", "Discard This Change"] });
    const command = given?.startsWith("Write") ? "writeChange" : "discardChange";
    if (given !== undefined) await record.commands.get(`gatewayConnect.${command}`)?.(side);
  };
  const input = ({
    title = "",
    prompt = "",
    buttons = [],
  }: {
    title?: string;
    prompt?: string;
    buttons?: Button[];
  }) => {
    const choices = buttons.flatMap(({ tooltip }) => (tooltip === undefined ? [] : [tooltip]));
    return ask({ kind: "input", text: `${title}: ${prompt}`, choices });
  };
  /** The button that an answer presses: Back, or one by its words. */
  const pressed = (given: string | undefined, buttons: readonly Button[]): Button | undefined =>
    buttons.find((button) => (button === quickInputBack ? given === back : button.tooltip === given));
  const file = ({ title = "" }: { title?: string }) => ask({ kind: "file", text: title, choices: [] });

  return {
    Disposable,
    EventEmitter,
    CancellationError: class extends Error {},
    CancellationTokenSource: class {
      token = {};
      cancel() {}
      dispose() {}
    },
    QuickInputButtons: { Back: quickInputBack },
    ConfigurationTarget: { Global: 1 },
    DiagnosticSeverity: { Error: 0 },
    Diagnostic: class {},
    MarkdownString: class {},
    McpHttpServerDefinition: class {
      readonly label: string;
      readonly uri: unknown;
      readonly headers: Readonly<Record<string, string>>;
      readonly version: string;
      constructor(label: string, uri: unknown, headers: Readonly<Record<string, string>>, version: string) {
        [this.label, this.uri, this.headers, this.version] = [label, uri, headers, version];
      }
    },
    Position: class {},
    ProgressLocation: { Notification: 15 },
    QuickPickItemKind: { Separator: -1 },
    Range: class {},
    Selection: class {
      readonly active: number;
      constructor(_: number, active: number) {
        this.active = active;
      }
    },
    TextEditorRevealType: {},
    FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
    RelativePattern: class {
      readonly path: string;
      constructor({ fsPath }: { readonly fsPath: string }, name: string) {
        this.path = join(fsPath, name);
      }
    },
    StatusBarAlignment: { Right: 2 },
    TabInputText,
    TabInputTextDiff: class {},
    ThemeColor: class {},
    ThemeIcon: class {},
    TreeItem,
    TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
    Uri: {
      joinPath: (base: { fsPath: string }, ...parts: string[]) => uri([base.fsPath, ...parts].join("/")),
      file: uri,
      parse: uri,
      from: (parts: object) => ({ ...uri(""), ...parts }),
    },
    extensions: { getExtension: () => ({ packageJSON: translatedManifest() }) },
    UIKind: { Desktop: 1, Web: 2 },
    ViewColumn: { Active: -1, Beside: -2 },
    version: "1.105.0",
    env: {
      appName,
      language: "en",
      remoteName,
      uriScheme: "vscode",
      uiKind: 1,
      asExternalUri: async (address: object) => address,
      clipboard: {
        async writeText(text: string) {
          record.clipboard = text;
        },
        readText: async () => record.clipboard,
      },
      async openExternal(page: object) {
        record.opened.push(String(page));
        browse(String(page));
        return true;
      },
    },
    l10n: { t: translate },
    authentication: {
      registerAuthenticationProvider(id: string, _label: string, provider: Provider) {
        providers.set(id, provider);
        record.getSession = async (scopes) => (await provider.getSessions(scopes, {}))[0];
        return nothing;
      },
      /** The person reads why, and always allows it. */
      getSession(id: string, scopes: readonly string[], { createIfNone, forceNewSession }: AskedSession) {
        record.shown.push((createIfNone ?? forceNewSession)?.detail ?? "");
        return providers.get(id)?.createSession(scopes, {});
      },
    },
    lm: {
      registerMcpServerDefinitionProvider(_id: string, provider: ServerProvider) {
        record.servers = provider;
        return nothing;
      },
      registerTool(name: string, tool: LanguageModelTool) {
        record.languageModelTools.set(name, tool);
        return nothing;
      },
      tools: record.agentTools,
    },
    LanguageModelTextPart: class {
      readonly value: string;
      constructor(value: string) {
        this.value = value;
      }
    },
    LanguageModelToolResult: class {
      readonly content: readonly unknown[];
      constructor(content: readonly unknown[]) {
        this.content = content;
      }
    },
    languages: { createDiagnosticCollection: () => ({ set() {}, delete() {}, dispose() {} }) },
    commands: {
      registerCommand(name: string, run: (...args: unknown[]) => unknown) {
        record.commands.set(name, isIgnored("command", name) ? () => undefined : run);
        return nothing;
      },
      async executeCommand(name: string, ...args: unknown[]) {
        if (name === "workbench.action.openIssueReporter")
          record.issues.push(args[0] as EditorRecord["issues"][number]);
        if (name === "workbench.mcp.startServer") record.agentTools.push({ name: `mcp_${serverName(args[0])}_tool` });
        if (name === "vscode.diff") return void decide(args[1], String(args[2]));
        if (name === "setContext") record.contexts.set(String(args[0]), args[1]);
        if (name === "welcome.markStepComplete") record.ticked.push(String(args[0]));
        return await record.commands.get(name)?.(...args);
      },
    },
    window: {
      get activeTextEditor() {
        const text = record.activeText;
        if (text === undefined) return undefined;
        return {
          document: { getText: () => text, positionAt: (offset: number) => offset },
          set selection({ active }: { readonly active: number }) {
            record.cursors.push(active);
          },
          revealRange() {},
        };
      },
      createOutputChannel: () => ({
        debug: (line: string) => void record.logged.push(line),
        info: (line: string) => void record.logged.push(line),
        warn: (line: string) => void record.logged.push(line),
        error: (line: string) => void record.logged.push(line),
        show() {
          record.logShown++;
        },
        dispose() {},
      }),
      createTreeView(_id: string, { treeDataProvider }: { readonly treeDataProvider: TreeProvider }) {
        record.tree = treeDataProvider;
        return {
          set badge(badge: { readonly value: number } | undefined) {
            record.badge = badge?.value;
          },
          set description(text: string) {
            record.viewDescription = text;
          },
          onDidChangeVisibility(look: (seen: { readonly visible: boolean }) => void) {
            record.look = (visible) => look({ visible });
            return nothing;
          },
          async reveal(node: object) {
            record.revealed.push(node);
          },
          dispose() {},
        };
      },
      registerFileDecorationProvider: () => nothing,
      registerUriHandler(handler: { handleUri(uri: object): void }) {
        record.followLink = (link) => {
          const { pathname, search, hash } = new URL(link);
          // As the editor does: the parts are decoded once.
          const parts = { path: pathname, query: decodeURIComponent(search.slice(1)), fragment: hash.slice(1) };
          handler.handleUri(parts);
        };
        return nothing;
      },
      createStatusBarItem: () => ({
        set text(text: string) {
          record.statusBar = text;
        },
        show() {},
        hide() {},
        dispose() {},
      }),
      createInputBox() {
        let accept = () => {};
        let hide = () => {};
        let press: (button: Button) => void = () => {};
        return {
          title: "",
          prompt: "",
          value: "",
          enabled: true,
          buttons: [] as Button[],
          onDidTriggerButton(act: (button: Button) => void) {
            press = act;
          },
          onDidChangeValue() {},
          onDidAccept(act: () => void) {
            accept = act;
          },
          onDidHide(act: () => void) {
            hide = act;
          },
          show() {
            // A box that only shows what goes on.
            if (!this.enabled) return;
            const given = input(this);
            if (given === undefined) return hide();
            const button = pressed(given, this.buttons);
            if (button) return press(button);
            this.value = given;
            accept();
          },
          hide: () => hide(),
          dispose() {},
        };
      },
      createQuickPick() {
        let accept = () => {};
        let hide = () => {};
        let press: (button: Button) => void = () => {};
        let isGone = false;
        let isBusy = false;
        let isShown = false;
        return {
          title: "",
          placeholder: "",
          ignoreFocusOut: false,
          buttons: [] as Button[],
          items: [] as readonly { readonly label: string; readonly kind?: number }[],
          selectedItems: [] as readonly object[],
          /** Nobody answers before there is something to choose from. */
          get busy() {
            return isBusy;
          },
          set busy(now: boolean) {
            const wasBusy = isBusy;
            isBusy = now;
            if (wasBusy && !now && isShown && !isGone) this.ask(true);
          },
          onDidAccept(act: () => void) {
            accept = act;
          },
          onDidTriggerButton(act: (button: Button) => void) {
            press = act;
          },
          onDidHide(act: () => void) {
            hide = act;
          },
          show() {
            isShown = true;
            if (!isBusy) this.ask(false);
          },
          ask(wasBusy: boolean) {
            const { title, placeholder, buttons } = this;
            const items = this.items.filter(({ kind }) => kind !== -1);
            const choices = items.map(label);
            const given = ask({ kind: "pick", text: `${title}: ${placeholder}`, choices });
            const button = pressed(given, buttons);
            if (button) return press(button);
            const found = given === undefined ? undefined : choices.find((one) => one.includes(given));
            this.selectedItems = items.filter((item) => label(item) === found);
            // Whoever waited for a list and wants nothing of it takes it away.
            if (found === undefined) return wasBusy ? hide() : undefined;
            accept();
            // One that stays until it is answered is acted on again.
            if (this.ignoreFocusOut && !isGone) setImmediate(() => isGone || this.ask(wasBusy));
          },
          dispose() {
            isGone = true;
          },
        };
      },
      createWebviewPanel(_type: string, title: string) {
        const heard: ((message: unknown) => void)[] = [];
        const ended: (() => void)[] = [];
        const webview = {
          html: "",
          told: [] as unknown[],
          async postMessage(message: unknown) {
            webview.told.push(message);
            return true;
          },
          onDidReceiveMessage(hear: (message: unknown) => void) {
            heard.push(hear);
            return nothing;
          },
        };
        const close = () => {
          for (const end of ended.splice(0)) end();
        };
        const act = (message: unknown) => {
          for (const hear of heard) hear(message);
        };
        const onDidDispose = (end: () => void) => {
          ended.push(end);
          return nothing;
        };
        const onDidChangeViewState = () => nothing;
        const panel = {
          title,
          webview,
          visible: false,
          onDidChangeViewState,
          onDidDispose,
          reveal() {
            record.revealedPages.push(panel.title);
          },
          dispose: close,
        };
        record.pages.push({
          get title() {
            return panel.title;
          },
          get html() {
            return webview.html;
          },
          told: webview.told,
          act,
          close,
        });
        return panel;
      },
      createTerminal(terminal: EditorRecord["terminals"][number]) {
        const opened = { exitStatus: undefined as { readonly code: number } | undefined, show() {} };
        record.terminals.push(terminal);
        record.endTerminal = (code) => {
          opened.exitStatus = { code };
          for (const act of [...closers]) act(opened);
        };
        return opened;
      },
      onDidCloseTerminal(act: (terminal: object) => void) {
        closers.add(act);
        return new Disposable(() => closers.delete(act));
      },
      setStatusBarMessage: () => nothing,
      showErrorMessage: show,
      showWarningMessage: show,
      showInformationMessage: show,
      showInputBox: async (asked: object) => input(asked),
      showQuickPick,
      async showOpenDialog(asked: object) {
        const path = file(asked);
        return path === undefined ? undefined : [uri(path)];
      },
      async showSaveDialog(asked: object) {
        const path = file(asked);
        return path === undefined ? undefined : uri(path);
      },
      async showTextDocument(document: { readonly text?: string; readonly uri?: object }) {
        record.documents.push(document.text ?? "");
        if (document.uri) record.tabs.push({ input: new TabInputText(document.uri) });
      },
      visibleTextEditors: [],
      tabGroups: {
        get all() {
          return [{ tabs: record.tabs }];
        },
        onDidChangeTabs(act: (change: { readonly closed: readonly object[] }) => void) {
          const before = record.closeTab;
          record.closeTab = (path) => {
            before(path);
            const at = record.tabs.findIndex(({ input }) => (input as TabInputText).uri.path?.includes(path));
            act({ closed: at < 0 ? [] : record.tabs.splice(at, 1) });
          };
          return nothing;
        },
        async close(tabs: readonly { readonly input: object }[]) {
          for (const tab of tabs) record.closeTab((tab.input as TabInputText).uri.path ?? "");
          return true;
        },
      },
      withProgress: (_: object, act: (progress: object, token: object) => Promise<unknown>) =>
        act({ report() {} }, { onCancellationRequested: () => nothing }),
    },
    workspace: {
      get isTrusted() {
        return isTrusted;
      },
      workspaceFolders: (options.folders ?? []).map((path, index) => ({ uri: uri(path), name: basename(path), index })),
      fs: {
        async stat({ fsPath }: { fsPath: string }) {
          record.looked.push(fsPath);
          const found = await stat(fsPath);
          return { type: found.isFile() ? 1 : found.isDirectory() ? 2 : 0, size: found.size };
        },
        async readFile({ fsPath }: { fsPath: string }) {
          record.looked.push(fsPath);
          return await readFile(fsPath);
        },
        async writeFile({ fsPath }: { fsPath: string }, bytes: Uint8Array) {
          await writeFile(fsPath, bytes);
        },
      },
      onDidGrantWorkspaceTrust(act: () => void) {
        record.trust = () => {
          isTrusted = true;
          act();
        };
        return nothing;
      },
      onDidChangeWorkspaceFolders: () => nothing,
      textDocuments: [],
      findFiles: async () => [],
      getConfiguration: (section: string) => ({
        get: (name: string) =>
          settingProxy(name, withoutIgnored(`${section}.${name}`, record.settings[`${section}.${name}`])),
        inspect: (name: string) => ({
          globalValue: withoutIgnored(`${section}.${name}`, record.settings[`${section}.${name}`]),
          workspaceValue: record.workspaceSettings[`${section}.${name}`],
        }),
        async update(name: string, value: unknown) {
          if (record.refusesSettings !== undefined) throw new Error(record.refusesSettings);
          record.settings[`${section}.${name}`] = value;
          for (const act of changes) act({ affectsConfiguration: (asked) => isWithin(`${section}.${name}`, asked) });
        },
      }),
      onDidChangeConfiguration(act: (change: ConfigurationChange) => void) {
        changes.add(act);
        return new Disposable(() => changes.delete(act));
      },
      createFileSystemWatcher(pattern: string | { readonly path: string }) {
        const onDidChange = (act: () => void) => {
          if (typeof pattern === "string") record.fileChanged = act;
          else record.watched.set(pattern.path, act);
          return nothing;
        };
        return { onDidCreate: () => nothing, onDidChange, onDidDelete: () => nothing, dispose() {} };
      },
      registerTextDocumentContentProvider(scheme: string, provider: Content) {
        contents.set(scheme, provider);
        return nothing;
      },
      onDidCloseTextDocument: () => nothing,
      onDidChangeTextDocument: () => nothing,
      registerFileSystemProvider: () => nothing,
      async openTextDocument(asked: { readonly scheme?: string; readonly content?: string }) {
        return {
          uri: asked.scheme === undefined ? undefined : asked,
          text: asked.content ?? contents.get(asked.scheme ?? "")?.provideTextDocumentContent(asked) ?? "",
        };
      },
    },
  };
}

/** The name of a server, in the editor's id for it. */
const serverName = (id: unknown): string => String(id).replace(/^.*\//, "");

/** A setting as the extension is given it: undefined for one that is ignored on purpose, see `uses/ignored.ts`. */
function withoutIgnored(name: string, value: unknown): unknown {
  if (isIgnored("setting", name)) return undefined;
  if (name !== "gatewayConnect.gateways" || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([url, own]) => [
      url,
      Object.fromEntries(
        Object.entries(own as object).filter(([member]) => !isIgnored("setting", `${name}.${member}`)),
      ),
    ]),
  );
}
