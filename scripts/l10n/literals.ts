import { readFileSync } from "node:fs";
import { argumentAt, editorFiles, isSaying } from "./sentences.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Names that are the same in every language, and texts that a program reads. */
const names = [
  /^(?:Gateway Connect|Sandbox|VS Code|Kiro|Okta|Auth0|Keycloak|PingFederate|Google|Entra|Cognito|Amazon Cognito|Microsoft Entra ID)$/,
  /^[A-Z][\w-]*(?:-[A-Z][\w-]*)+$/, // a header
  / › /, // the way through somebody's console, or its end
  /^\s*(?:\{(?!\d+\})|[[<])/, // JSON or HTML, and no sentence that begins with a value
  /^\s*(?:\.[\w-]+ \{|const )/, // a style or a script
  /^(?:local gateway|not started|your editor)$/, // members of a union
];

/** Said to models, to other extensions and to whoever mends this, all of whom read English. */
const inEnglish =
  /^src\/vscode\/(?:agents\/(?:agentAnswers|callForExtension)|commands\/(?:reportIssueCommand|copyDiagnosticsCommand))\.ts$/;

/** Calls whose texts nobody but a reader of logs sees. */
const logged = /^(?:trace|debug|info|warn|error)$/;

/** Diagnostics, and what is typed into a terminal or sent to a gateway, are English everywhere. */
const notRead = /^src\/diagnosis\/(?:diagnosticsText|getGatewayCommand|harmlessRequest)\.ts$/;

/** Where what a person sees is made. */
const isSeen = (file: string): boolean =>
  /^src\/(?:vscode|diagnosis)\//.test(file) && !inEnglish.test(file) && !notRead.test(file);

/** Texts of the editor's adapter and of Explain Access that a person sees and that go past translation: `file: text`. */
export function bypassingLiterals(files: readonly string[] = editorFiles().filter(isSeen)): readonly string[] {
  return files.flatMap((file) => {
    const tokens = tokensOf(readFileSync(file, "utf8"));
    const apart = new Set(
      tokens.flatMap((token, at) => (isApart(tokens, token, at) ? argumentAt(tokens, at + 2) : [])),
    );
    return tokens
      .filter(
        (token) => !apart.has(token) && (token.kind === "text" || token.kind === "template") && isWords(token.text),
      )
      .map(({ text }) => `${file}: ${text}`);
  });
}

/** Whether the first argument of what is called here is said in the person's language, or for a log. */
function isApart(tokens: readonly Token[], { kind, text }: Token, at: number): boolean {
  if (kind !== "name" || tokens[at + 1]?.text !== "(") return false;
  return isSaying(tokens, at) || (logged.test(text) && tokens[at - 1]?.text === ".") || /^(?:Type)?Error$/.test(text);
}

/** Whether a text looks like words for a person: a capital with small letters, or two words in a row. */
function isWords(text: string): boolean {
  const bare = text.replace(/^\$\([\w~-]+\) /, "").trim();
  if (names.some((name) => name.test(bare))) return false;
  return /^[A-Z][a-z]+(?:['’ .…?!,:]|$)/.test(bare) || /(?:^|[\s"“(}])[a-z]{2,}(?: |, )[a-z]{2,}/.test(bare);
}
