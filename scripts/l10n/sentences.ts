import { readdirSync, readFileSync } from "node:fs";
import { filesOfEntry } from "../../test/support/sourceTexts.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Programs of their own, which speak English. Every other entry is a part of what the editor loads. */
const programs = ["bridge.ts", "gateway.ts", "sandbox.ts", "standalone.ts"];
const entries = readdirSync("src").filter((name) => name.endsWith(".ts") && !programs.includes(name));

/** Where sentences come in as a value: whoever makes them writes them down. */
const handedOn =
  /^src\/(?:vscode\/(?:translate|commands\/sandboxCommands)|diagnosis\/(?:bothLanguages|judgedToken|keyTrouble|signInChecks|shownFinding|remedies\/(?:remedies|entraId))|failures\/(?:refusalText|translate)|hosts\/mcpRemote\/importText)\.ts$/;

export interface Sentences {
  /** Each once, in the order of the alphabet. */
  readonly all: readonly string[];
  /** Where something is said that is no text of its own, so that nobody can translate it. */
  readonly unknown: readonly string[];
}

/** The files of the editor's bundles. */
export const editorFiles = (): readonly string[] =>
  [...new Set(entries.flatMap((name) => filesOfEntry(`src/${name}`)))].sort();

/** Every sentence that the editor's part says through `vscode.l10n.t`, `translate`, `say` or marks with `translatable`. */
export function collectSentences(files: readonly string[] = editorFiles()): Sentences {
  const all = new Set<string>();
  const unknown: string[] = [];
  for (const file of files) {
    const source = readFileSync(file, "utf8");
    if (!mayContainSaying.test(source)) continue;
    for (const said of saidIn(tokensOf(source))) {
      const texts = textsOf(said);
      for (const text of texts ?? []) all.add(text);
      if (texts === undefined && !handedOn.test(file))
        unknown.push(`${file}: ${said.map(({ text }) => text).join(" ")}`);
    }
  }
  return { all: [...all].sort(), unknown };
}

/** The first argument of each call that says something. */
function saidIn(tokens: readonly Token[]): readonly (readonly Token[])[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== "name" || tokens[at + 1]?.text !== "(" || !isSaying(tokens, at)) return [];
    const said = argumentAt(tokens, at + 2);
    const isDeclared = tokens[at + 3 + said.length]?.text === "{";
    return isDeclared ? [] : [said];
  });
}

/** Tokens are made of those sources alone that have such a name. */
const mayContainSaying = /\b(?:say|translate|translatable|l10n\s*\.\s*t)\s*\(/;

export function isSaying(tokens: readonly Token[], at: number): boolean {
  const [before, last, here] = [tokens[at - 2]?.text, tokens[at - 1]?.text, tokens[at]?.text ?? ""];
  if (here === "t") return last === "." && before === "l10n";
  if (!["say", "translate", "translatable"].includes(here)) return false;
  return last !== "function" && (last !== "." || before === "world");
}

/** The tokens from here to the comma or bracket that ends an argument. */
export function argumentAt(tokens: readonly Token[], from: number): readonly Token[] {
  let depth = 0;
  const ends = tokens.findIndex(({ kind, text }, at) => {
    if (at < from || kind !== "mark") return false;
    if (depth === 0 && /^[,)]$/.test(text)) return true;
    if (/^[([{]$/.test(text)) depth++;
    if (/^[)\]}]$/.test(text)) depth--;
    return false;
  });
  return tokens.slice(from, ends);
}

/** The texts that an argument can be: itself, or what a condition chooses from. Undefined where it is something else. */
function textsOf(said: readonly Token[]): readonly string[] | undefined {
  const [only] = said;
  if (said.length === 1) return only?.kind === "text" ? [only.text] : undefined;
  const chosen = said.filter(({ text }, at) => /^[?:]$/.test(said[at - 1]?.text ?? "") && text !== "?");
  const isChoice = said.some(({ kind, text }) => kind === "mark" && text === "?") && said.at(-1)?.kind === "text";
  return isChoice && chosen.every(({ kind }) => kind === "text") ? chosen.map(({ text }) => text) : undefined;
}
