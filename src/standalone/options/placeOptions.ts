import type { CredentialPlace } from "../../connections/settings/setting.ts";

/** Where a value is read: `env:NAME`, `file:/path` or `command:program argument`; undefined for any other text. */
export function placeOf(option: string, text: string): CredentialPlace | undefined {
  const environment = /^env:(\w+)$/.exec(text)?.[1];
  if (environment !== undefined) return { environment };
  const file = /^file:(.+)$/.exec(text)?.[1];
  if (file !== undefined) return { file };
  const command = /^command:(.*)$/.exec(text)?.[1];
  return command === undefined ? undefined : { command: commandOf(option, command.trim()) };
}

/** A program and its arguments: a list in JSON, or words. No shell reads them, so that quotes are characters as others. */
function commandOf(option: string, text: string): readonly string[] {
  if (!text.startsWith("[")) return text.split(/\s+/).filter((word) => word !== "");
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((word) => typeof word === "string")) return list;
  } catch {
    // Told below.
  }
  throw new Error(`${option}: a command is words, or a list such as ["program", "an argument"].`);
}
