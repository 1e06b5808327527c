import * as vscode from "vscode";
import { isJsonObject, memberIn } from "../../lib/json/jsonObject.ts";

/** A setting of a gateway in words, for places that show no Markdown. */
export interface SettingWords {
  /** All that is said of it. */
  readonly meaning: string;
  /** The first sentence of that. */
  readonly short: string;
  /** What each of its values means, in the order of the schema. */
  readonly values: readonly string[];
  /** What each of its members is, by name. */
  readonly members: Readonly<Record<string, string>>;
  /** What is expected of a text that does not fit. */
  readonly expected: string | undefined;
}

/**
 * The words of the settings of a gateway, by their names: those of the manifest, which the editor has put into the person's
 * language.
 *
 * @param extension the id of this extension
 */
export function settingWords(extension: string): (name: string) => SettingWords {
  const manifest: unknown = vscode.extensions.getExtension(extension)?.packageJSON;
  const path = ["contributes", "configuration", "properties", "gatewayConnect.gateways", "additionalProperties"];
  const settings = membersOf(path.reduce(memberIn, manifest), "properties");
  return (name) => {
    const { markdownDescription, enumDescriptions, patternErrorMessage, properties } = membersOf(settings, name);
    const meaning = plain(markdownDescription);
    const members = isJsonObject(properties) ? Object.keys(properties) : [];
    return {
      ...{ meaning, short: firstSentence(meaning) },
      values: Array.isArray(enumDescriptions) ? enumDescriptions.map(plain) : [],
      members: Object.fromEntries(
        members.map((member) => [member, plain(membersOf(properties, member).markdownDescription)]),
      ),
      expected: typeof patternErrorMessage === "string" ? patternErrorMessage : undefined,
    };
  };
}

function membersOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const member = memberIn(value, name);
  return isJsonObject(member) ? member : {};
}

/** Names of settings stand between `#`, others between backquotes, and names of commands are bold. */
const plain = (text: unknown): string => (typeof text === "string" ? text.replace(/`#?|#?`|\*\*/g, "") : "");

/** What is short for something ends in a dot too, and a small letter follows it. */
const firstSentence = (text: string): string => /^.*?(?:\u3002|\.(?=\s+\p{Lu}|$))/su.exec(text)?.[0] ?? text;
