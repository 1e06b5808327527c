import * as vscode from "vscode";

const scheme = "gateway-connect-result";

/** A call of a tool that has ended. */
export interface CalledTool {
  /** The gateway's name. */
  readonly gateway: string;
  readonly tool: string;
  readonly args: unknown;
  /** A result of `tools/call`, an error that the tool reports included. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** Results of tools as documents that cannot be changed, so that none is ever unsaved. */
export class ToolResults implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #registration = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.uri.scheme === scheme) this.#texts.delete(document.uri.path);
    }),
  );
  readonly #texts = new Map<string, string>();
  #shown = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? "";
  }

  async show(called: CalledTool): Promise<void> {
    this.#shown += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${this.#shown}/${called.tool.replaceAll("/", "-")}.md` });
    this.#texts.set(uri.path, resultText(called));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

function resultText({ gateway, tool, args, result }: CalledTool): string {
  const parts = Array.isArray(result.content) ? (result.content as Record<string, unknown>[]) : [];
  const heading = result.isError === true ? "The tool reports an error" : "Result";
  const sections = [`# ${tool} (${gateway})`, `Arguments: \`${JSON.stringify(args)}\``, `## ${heading}`];
  sections.push(...parts.map(partText));
  if (result.structuredContent !== undefined) sections.push("## Structured content", fenced(result.structuredContent));
  return `${sections.join("\n\n")}\n`;
}

function partText(part: Record<string, unknown>): string {
  if (part.type === "text") return String(part.text);
  if (part.type === "image" || part.type === "audio") {
    return `(${part.type}, ${part.mimeType}, ${String(part.data).length} characters of base64)`;
  }
  return fenced(part);
}

const fenced = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
