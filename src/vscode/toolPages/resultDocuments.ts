import * as vscode from "vscode";
import { fileName } from "../../lib/fileName.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import type { PartOfResult } from "../../toolPage/messages.ts";
import { contentsOf } from "../../toolPage/resultParts.ts";
import type { SubjectKind } from "../../toolPage/subject.ts";
import { translate } from "../translate.ts";

const scheme = "gateway-connect-result";

/** Of a longer text, in characters, the editor makes no document that extensions may have. It is saved as a file. */
const LONGEST_DOCUMENT = 45_000_000;

/** A part of a result, whole. */
interface WholePart {
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** How the file is called. */
  readonly name: string;
}

/** Results of a gateway as documents that cannot be changed, so that none is ever unsaved, and as files. */
export class ResultDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #registration = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === scheme) this.#texts.delete(uri.path);
    }),
  );
  readonly #texts = new Map<string, string>();
  #shown = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? "";
  }

  /** Shows a part in an editor; saves it instead where it is no text, or too long for one. */
  async open(part: WholePart): Promise<void> {
    if (part.text === undefined || part.text.length > LONGEST_DOCUMENT) return await this.save(part);
    this.#shown += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${this.#shown}/${part.name}` });
    this.#texts.set(uri.path, part.text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }

  async save({ text, bytes, name }: WholePart): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const to = await vscode.window.showSaveDialog({
      title: translate("Save the Result"),
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    });
    if (to) await vscode.workspace.fs.writeFile(to, bytes ?? new TextEncoder().encode(text));
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** A part of a result as it came, with a name for a file of it. */
export function wholePart(
  { kind, name }: { readonly kind: SubjectKind; readonly name: string },
  result: JsonObject,
  part: PartOfResult,
): WholePart {
  const base = fileName(name);
  if (part === "raw") return { text: JSON.stringify(result, null, 2), name: `${base}.json` };
  if (part === "structured") return { text: JSON.stringify(result.structuredContent, null, 2), name: `${base}.json` };
  const content = contentsOf(kind, result)[part]?.content;
  const of =
    isJsonObject(content) && isJsonObject(content.resource) ? content.resource : isJsonObject(content) ? content : {};
  const type = typeof of.mimeType === "string" ? of.mimeType : "";
  const encoded = [of.data, of.blob].find((one) => typeof one === "string");
  if (typeof of.text === "string") return { text: of.text, name: `${base}.${textEnding(of.text, type)}` };
  if (encoded !== undefined)
    return { bytes: Buffer.from(encoded as string, "base64"), name: `${base}.${ending(type)}` };
  return { text: JSON.stringify(content, null, 2), name: `${base}.json` };
}

function textEnding(text: string, type: string): string {
  if (/json/.test(type) || (type === "" && /^\s*[{[]/.test(text))) return "json";
  return type.startsWith("text/markdown") ? "md" : "txt";
}

/** The end of a file's name for a type of media: what stands behind its slash, as far as that is one. */
const ending = (type: string): string => /^[\w.+-]+\/(?:x-)?([a-z0-9]{1,8})/i.exec(type)?.[1]?.toLowerCase() ?? "bin";
