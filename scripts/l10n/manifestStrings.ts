/** A part of a JSON document. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Members of a manifest that a person reads, in every group of `contributes` that this extension has. */
const readByPeople = new Set([
  "title",
  "shortTitle",
  "description",
  "markdownDescription",
  "enumDescriptions",
  "markdownEnumDescriptions",
  "patternErrorMessage",
  "deprecationMessage",
  "contents",
  "contextualTitle",
  "userDescription",
  "altText",
]);

/** The same under names that elsewhere are no words: a view's name, a tool's or a submenu's. */
const readInGroup: Readonly<Record<string, readonly string[]>> = {
  views: ["name"],
  languageModelTools: ["displayName"],
  submenus: ["label"],
  customEditors: ["displayName"],
};

/** The product's name is the same everywhere. */
const BRAND = "Gateway Connect";

/** A manifest with keys in the place of its words, and the words by key. Keys that stand there already keep their words. */
export interface MovedStrings {
  readonly manifest: Json;
  readonly words: Readonly<Record<string, string>>;
}

/**
 * Takes what people read out of a manifest, as `package.nls.json` has it.
 *
 * @param known the words of keys that are in the manifest already
 */
export function movedStrings(manifest: Json, known: Readonly<Record<string, string>>): MovedStrings {
  const words: Record<string, string> = {};
  const named = (key: string, text: string): string => {
    const there = /^%(?<key>[^%]+)%$/.exec(text)?.groups?.key;
    if (there === undefined && text === BRAND) return text;
    words[there ?? key] = there === undefined ? text : (known[there] ?? "");
    return `%${there ?? key}%`;
  };
  const move = (value: Json, path: readonly string[], read: boolean): Json => {
    if (typeof value === "string") return read ? named(keyOf(path), value) : value;
    if (Array.isArray(value)) {
      return value.map((item: Json, at) => move(item, [...path, nameOf(item) ?? String(at)], read));
    }
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value as { readonly [name: string]: Json });
    return Object.fromEntries(
      entries.map(([name, member]) => [name, move(member, [...path, name], isRead(name, member, path))]),
    );
  };
  return { manifest: move(manifest, [], false), words };
}

/** `properties` has settings in it, whatever they are called. */
function isRead(name: string, member: Json, path: readonly string[]): boolean {
  if (path.length === 0) return name === "description";
  if (path[0] !== "contributes" && path[0] !== "capabilities") return false;
  if (path.at(-1) === "properties" || (typeof member === "object" && !Array.isArray(member))) return false;
  // What a model reads stays English.
  if (path.includes("inputSchema")) return false;
  return readByPeople.has(name) || (readInGroup[path[1] ?? ""] ?? []).includes(name);
}

/** What a member of a list is called, so that its key stays when the list changes. */
function nameOf(item: Json): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { command, id, name, view, when } = item as { readonly [name: string]: Json };
  const found = [command, id, name, view].find((one) => typeof one === "string");
  if (found === undefined) return undefined;
  return found === view && typeof when === "string" ? `${found}(${when})` : (found as string);
}

const keyOf = (path: readonly string[]): string =>
  path
    .filter((name) => name !== "contributes" && name !== "properties" && name !== "additionalProperties")
    .join(".")
    .replaceAll("gatewayConnect.", "")
    .replaceAll(/[^\w.]+/g, "_");

/** A manifest with its words in the places of their keys, as an editor shows it. */
export function withWords(manifest: Json, words: Readonly<Record<string, string>>): Json {
  if (typeof manifest === "string") return manifest.replace(/^%([^%]+)%$/, (whole, key: string) => words[key] ?? whole);
  if (Array.isArray(manifest)) return manifest.map((item: Json) => withWords(item, words));
  if (typeof manifest !== "object" || manifest === null) return manifest;
  const entries = Object.entries(manifest as { readonly [name: string]: Json });
  return Object.fromEntries(entries.map(([name, member]) => [name, withWords(member, words)]));
}
