import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";
import type { SubjectKind } from "./subject.ts";

/** A text of which the beginning is shown. */
export interface CutText {
  readonly text: string;
  /** Of the whole, in characters. */
  readonly length: number;
}

/** One part of a result as a page shows it. */
export type ResultPart = { readonly role?: string } & (
  | ({ readonly kind: "text"; readonly uri?: string; readonly mimeType?: string } & CutText)
  | {
      readonly kind: "media";
      readonly media: "image" | "audio";
      readonly mimeType: string;
      /** Base64; absent where there is too much of it. */
      readonly data?: string;
      readonly bytes: number;
      readonly uri?: string;
    }
  /** What cannot be shown, but saved. */
  | { readonly kind: "file"; readonly mimeType: string; readonly bytes: number; readonly uri?: string }
  | {
      readonly kind: "link";
      readonly uri: string;
      readonly title: string;
      readonly description: string;
      readonly mimeType: string;
    }
  | ({ readonly kind: "unknown" } & CutText)
);

/** A result as a page shows it: what does not fit is said by its size. */
export interface ShownResult {
  readonly isError: boolean;
  readonly parts: readonly ResultPart[];
  /** How many parts are not among them. */
  readonly moreParts: number;
  readonly structured?: CutText;
  readonly raw: CutText;
  /** Of the whole result as JSON. */
  readonly bytes: number;
}

/** The most that one text shows, in characters. */
export const LONGEST_TEXT = 200_000;
const MOST_PARTS = 100;
/** The most base64 of one picture or sound, in characters. */
const LONGEST_MEDIA = 14_000_000;
/** The most base64 of all of them together. */
const LONGEST_MEDIA_TOGETHER = 40_000_000;

/** Reads the result of `tools/call`, `resources/read` or `prompts/get`. */
export function shownResult(kind: SubjectKind, result: JsonObject): ShownResult {
  const contents = contentsOf(kind, result);
  const { structuredContent } = result;
  const raw = JSON.stringify(result, null, 2);
  let media = LONGEST_MEDIA_TOGETHER;
  const parts = contents.slice(0, MOST_PARTS).map(({ role, content }) => {
    const part = partOf(content, media);
    if (part.kind === "media") media -= part.data?.length ?? 0;
    return role === undefined ? part : { role, ...part };
  });
  return {
    isError: result.isError === true,
    parts,
    moreParts: Math.max(contents.length - MOST_PARTS, 0),
    ...(structuredContent !== undefined && { structured: cut(JSON.stringify(structuredContent, null, 2)) }),
    raw: cut(raw),
    bytes: utf8Length(JSON.stringify(result)),
  };
}

interface RoleContent {
  readonly role?: string;
  readonly content: unknown;
}

/** The contents of a result, with who speaks where there are messages. */
export function contentsOf(kind: SubjectKind, result: JsonObject): readonly RoleContent[] {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  switch (kind) {
    case "tool":
      return list(result.content).map((content) => ({ content }));
    case "resource":
      return list(result.contents).map((resource) => ({ content: { type: "resource", resource } }));
    case "prompt":
      return list(result.messages).map((message) => {
        const { role, content } = isJsonObject(message) ? message : { role: "", content: message };
        return { role: String(role), content };
      });
  }
}

export const cut = (text: string): CutText => ({
  text: text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT).replace(/\p{Cs}$/u, "") : text,
  length: text.length,
});

function partOf(content: unknown, mediaLeft: number): ResultPart {
  if (!isJsonObject(content)) return { kind: "unknown", ...cut(JSON.stringify(content) ?? "") };
  const { type } = content;
  if (type === "text" && typeof content.text === "string") return { kind: "text", ...cut(content.text) };
  if ((type === "image" || type === "audio") && typeof content.data === "string") {
    return mediaPart(content.data, typeOr(content.mimeType, `${type}/*`), mediaLeft);
  }
  if (type === "resource" && isJsonObject(content.resource)) return resourcePart(content.resource, mediaLeft);
  if (type === "resource_link" && typeof content.uri === "string") {
    return {
      kind: "link",
      uri: content.uri,
      title: [content.title, content.name].find((one) => typeof one === "string" && one !== "") ?? content.uri,
      description: typeof content.description === "string" ? content.description.slice(0, 1000) : "",
      mimeType: typeOr(content.mimeType, ""),
    } as ResultPart;
  }
  return { kind: "unknown", ...cut(JSON.stringify(content, null, 2)) };
}

function resourcePart(resource: JsonObject, mediaLeft: number): ResultPart {
  const uri = typeof resource.uri === "string" ? { uri: resource.uri } : {};
  const mimeType = typeOr(resource.mimeType, "");
  if (typeof resource.text === "string") {
    return { kind: "text", ...uri, ...(mimeType !== "" && { mimeType }), ...cut(resource.text) };
  }
  if (typeof resource.blob === "string") return { ...mediaPart(resource.blob, mimeType, mediaLeft), ...uri };
  return { kind: "unknown", ...cut(JSON.stringify(resource, null, 2)) };
}

/** Types of media that a page shows without running anything of theirs: a picture's scripts do not run in `<img>`. */
const shownMedia = /^(image)\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)$|^(audio)\/[\w.+-]+$/;

function mediaPart(data: string, mimeType: string, mediaLeft: number): ResultPart {
  const bytes = Math.floor((data.replace(/=+$/, "").length * 3) / 4);
  const [, image, audio] = shownMedia.exec(mimeType.toLowerCase()) ?? [];
  const media = (image ?? audio) as "image" | "audio" | undefined;
  if (media === undefined) return { kind: "file", mimeType: mimeType || "application/octet-stream", bytes };
  const fits = data.length <= Math.min(LONGEST_MEDIA, mediaLeft) && /^[\w+/-]*=*$/.test(data);
  return { kind: "media", media, mimeType: mimeType.toLowerCase(), bytes, ...(fits && { data }) };
}

/** A type of media (RFC 6838, 4.2) without what could be more than that. */
const typeOr = (value: unknown, otherwise: string): string =>
  typeof value === "string" && /^[\w.+-]+\/[\w.+*-]+/.test(value)
    ? (/^[\w.+-]+\/[\w.+*-]+/.exec(value)?.[0] ?? "")
    : otherwise;

function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Both halves of a character of four bytes count two.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}
