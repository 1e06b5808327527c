import type { PartOfResult } from "../../toolPage/messages.ts";
import { filled, type PageWords } from "../../toolPage/pageWords.ts";
import type { CutText, ResultPart } from "../../toolPage/resultParts.ts";
import { byteText } from "../../toolPage/subject.ts";
import { button, element } from "../dom.ts";
import { looksLikeMarkdown, markdownView } from "../markdown.ts";
import { jsonTree } from "./jsonTree.ts";

/** What a person may do with a part of a result. */
export interface PartActs {
  readonly words: PageWords;
  readonly openLink: (href: string) => void;
  readonly readResource: (uri: string) => void;
  readonly act: (kind: PartAct, part: PartOfResult) => void;
}

type PartAct = "copyPart" | "openPart" | "savePart";

/** One part of a result, with what may be done with it. */
export function partView(part: ResultPart, at: number, acts: PartActs): HTMLElement {
  const uri =
    "uri" in part && part.kind !== "link" && part.uri !== undefined ? element("code", {}, part.uri) : undefined;
  const who = part.role === undefined ? undefined : element("strong", {}, part.role);
  const head = who || uri ? element("p", { class: "soft" }, who, " ", uri) : undefined;
  return element("section", { class: `part ${part.kind}` }, head, ...contentOf(part, at, acts));
}

function contentOf(part: ResultPart, at: number, acts: PartActs): readonly (HTMLElement | undefined)[] {
  const { words } = acts;
  const cutActs = (text: CutText) => (isCut(text) ? actsView(at, ["openPart", "savePart"], acts, text) : undefined);
  switch (part.kind) {
    case "text":
      return [textView(part, part.mimeType, acts), cutActs(part)];
    case "unknown":
      return [element("pre", { tabindex: 0 }, part.text), cutActs(part)];
    case "media": {
      const size = byteText(part.bytes);
      const name = filled(part.media === "image" ? words.image : words.audio, part.mimeType, size);
      return [mediaView(part, name, words), actsView(at, ["savePart"], acts)];
    }
    case "file":
      return [
        element("p", {}, filled(words.binary, byteText(part.bytes), part.mimeType)),
        actsView(at, ["savePart"], acts),
      ];
    case "link":
      return [
        element(
          "p",
          {},
          button(part.title, () => acts.readResource(part.uri), { class: "link", title: part.uri }),
          part.title === part.uri ? undefined : element("code", {}, part.uri),
          part.mimeType === "" ? undefined : element("span", { class: "soft" }, ` ${part.mimeType}`),
        ),
        part.description === "" ? undefined : element("p", { class: "soft" }, part.description),
      ];
  }
}

export const isCut = ({ text, length }: CutText): boolean => text.length < length;

function mediaView(part: Extract<ResultPart, { readonly kind: "media" }>, name: string, words: PageWords): HTMLElement {
  if (part.data === undefined) return element("p", {}, filled(words.tooLarge, byteText(part.bytes), part.mimeType));
  const src = `data:${part.mimeType};base64,${part.data}`;
  const shown =
    part.media === "image"
      ? element("img", { src, alt: name })
      : element("audio", { src, controls: true, "aria-label": name });
  return element("figure", {}, shown, element("figcaption", { class: "soft" }, name));
}

/** Buttons for a part, after how much of its text is shown where that is not all. */
export function actsView(
  part: PartOfResult,
  kinds: readonly PartAct[],
  { words, act }: PartActs,
  text?: CutText,
): HTMLElement {
  const labels = { copyPart: words.copy, openPart: words.openInEditor, savePart: words.save };
  return element(
    "p",
    { class: "acts" },
    text &&
      isCut(text) &&
      element("span", { class: "soft" }, filled(words.cutShort, text.text.length, text.length), " "),
    ...kinds.map((kind) => button(labels[kind], () => act(kind, part))),
  );
}

type TextForm = "text" | "markdown" | "json";

/** A text in the form that it seems to have, and in the others for the asking. */
function textView(part: CutText, mimeType: string | undefined, { words, openLink }: PartActs): HTMLElement {
  const json = isCut(part) ? undefined : jsonIn(part.text);
  const isMarkdown = mimeType?.startsWith("text/markdown") ?? looksLikeMarkdown(part.text);
  const forms: TextForm[] = [
    "text",
    ...(isMarkdown ? (["markdown"] as const) : []),
    ...(json ? (["json"] as const) : []),
  ];
  const views: Readonly<Record<TextForm, () => HTMLElement>> = {
    text: () => element("pre", { class: "plain", tabindex: 0 }, part.text),
    markdown: () => markdownView(part.text, openLink),
    json: () => jsonTree(json?.value, words),
  };
  const labels = { text: words.asText, markdown: words.asMarkdown, json: words.asJson };
  let form: TextForm = forms.at(-1) ?? "text";
  const body = element("div", {}, views[form]());
  if (forms.length === 1) return body;
  const toggles = forms.map((one) =>
    button(
      labels[one],
      () => {
        form = one;
        body.replaceChildren(views[form]());
        for (const [at, toggle] of toggles.entries()) toggle.ariaPressed = String(forms[at] === form);
      },
      { class: "link", "aria-pressed": String(one === form) },
    ),
  );
  return element("div", {}, element("p", { class: "forms" }, ...toggles), body);
}

/** The value that a text is, where it is an object or a list. */
function jsonIn(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
