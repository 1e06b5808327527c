import * as vscode from "vscode";
import { fileName } from "../../lib/fileName.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { sameJson } from "../../lib/json/sameJson.ts";

const scheme = "gateway-connect-arguments";
const schemaScheme = "gateway-connect-schema";

/** How many documents have schemas of their own at a time: the manifest names a folder and a schema for each. */
const SLOTS = 8;

/** What is edited in an editor and on a page at once. */
export interface EditedArguments {
  readonly name: string;
  readonly schema: unknown;
  /** Hears what was typed, as far as it is an object of JSON. */
  readonly onChanged: (args: JsonObject) => void;
}

/** How long nothing is typed before a document is saved, in milliseconds. */
const SAVE_AFTER_MS = 400;

interface Slot {
  readonly uri: vscode.Uri;
  readonly of: EditedArguments;
  bytes: Uint8Array;
  modifiedAt: number;
}

/**
 * Arguments as documents of JSON, in step with their forms. They are kept in memory, and saved whenever they are JSON, so
 * that no editor asks whether to save them.
 *
 * The editor's JSON support takes no schema for a single document but from `$schema` in it, which would be one of the
 * arguments. So each document is in one of a few folders that the manifest names, with a schema of its own beside it.
 */
export class ArgumentsEditor
  implements vscode.FileSystemProvider, vscode.TextDocumentContentProvider, vscode.Disposable
{
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS });
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #schemaChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChangeFile = this.#changed.event;
  readonly onDidChange = this.#schemaChanged.event;
  // After the events, which the editor asks for at once.
  readonly #registrations = vscode.Disposable.from(
    vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true }),
    vscode.workspace.registerTextDocumentContentProvider(schemaScheme, this),
    vscode.workspace.onDidChangeTextDocument(({ document }) => this.#typed(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const at = this.#slots.findIndex((slot) => slot?.uri.path === uri.path && uri.scheme === scheme);
      if (at >= 0) this.#slots[at] = undefined;
    }),
  );
  #next = 0;
  #saving: ReturnType<typeof setTimeout> | undefined;

  /** Opens the arguments in an editor beside the page. */
  async open(of: EditedArguments, args: JsonObject): Promise<void> {
    const known = this.#slots.find((slot) => slot?.of === of);
    const slot = known ?? (await this.#place(of, args));
    const document = await vscode.workspace.openTextDocument(slot.uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
    await this.update(of, args);
  }

  /** Shows in the editor what was entered on the page, if one is open. */
  async update(of: EditedArguments, args: JsonObject): Promise<void> {
    const slot = this.#slots.find((one) => one?.of === of);
    const document = slot && this.#documentOf(slot);
    if (!slot || !document || sameJson(parsed(document.getText()), args)) return;
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
    edit.replace(slot.uri, whole, textOf(args));
    await vscode.workspace.applyEdit(edit);
    await document.save();
  }

  /** Closes the editor of a page that is closed. */
  async close(of: EditedArguments): Promise<void> {
    const slot = this.#slots.find((one) => one?.of === of);
    if (!slot) return;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const ours = tabs.filter(
      ({ input }) =>
        input instanceof vscode.TabInputText && input.uri.scheme === scheme && input.uri.path === slot.uri.path,
    );
    await this.#documentOf(slot)?.save();
    if (ours.length > 0) await vscode.window.tabGroups.close(ours);
  }

  dispose(): void {
    clearTimeout(this.#saving);
    this.#registrations.dispose();
    this.#changed.dispose();
    this.#schemaChanged.dispose();
  }

  // TextDocumentContentProvider: the schemas

  provideTextDocumentContent({ path }: vscode.Uri): string {
    const schema = this.#slots[Number(/\d+/.exec(path)?.[0]) - 1]?.of.schema;
    return JSON.stringify(schema ?? {});
  }

  // FileSystemProvider: the documents

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, modifiedAt } = this.#slotOf(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: modifiedAt, size: bytes.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#slotOf(uri).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    const slot = this.#slotOf(uri);
    slot.bytes = bytes;
    slot.modifiedAt += 1;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  /** Gives the arguments one of the folders; whoever had it the longest gives it up where all are taken. */
  async #place(of: EditedArguments, args: JsonObject): Promise<Slot> {
    const free = this.#slots.indexOf(undefined);
    const at = free >= 0 ? free : this.#next++ % SLOTS;
    const before = this.#slots[at];
    if (before) await this.close(before.of);
    const uri = vscode.Uri.from({ scheme, path: `/gateway-connect-arguments-${at + 1}/${fileName(of.name)}.json` });
    const slot = { uri, of, bytes: new TextEncoder().encode(textOf(args)), modifiedAt: Date.now() };
    this.#slots[at] = slot;
    this.#schemaChanged.fire(
      vscode.Uri.from({ scheme: schemaScheme, authority: "arguments", path: `/${at + 1}.json` }),
    );
    return slot;
  }

  #slotOf(uri: vscode.Uri): Slot {
    const found = this.#slots.find((slot) => slot?.uri.path === uri.path);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return found;
  }

  #documentOf(slot: Slot): vscode.TextDocument | undefined {
    return vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === scheme && uri.path === slot.uri.path);
  }

  #typed(document: vscode.TextDocument): void {
    if (document.uri.scheme !== scheme) return;
    const slot = this.#slots.find((one) => one?.uri.path === document.uri.path);
    const args = parsed(document.getText());
    if (!slot || !isJsonObject(args)) return;
    slot.of.onChanged(args);
    // Not while somebody types: a save would end what the editor does meanwhile, such as closing brackets.
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => void document.save(), SAVE_AFTER_MS);
  }
}

const textOf = (args: JsonObject): string => `${JSON.stringify(args, null, 2)}\n`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
