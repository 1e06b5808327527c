import * as vscode from "vscode";
import type { Translate } from "../failures/translate.ts";

/** Says a sentence that stands elsewhere, marked `translatable`. */
export const translated = (sentence: string): string => vscode.l10n.t(sentence);

/** Says a sentence in the editor's language. */
export const translate: Translate = (sentence, ...args) => vscode.l10n.t(sentence, ...args);
