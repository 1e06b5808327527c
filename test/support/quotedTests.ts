import { existsSync, readFileSync } from "node:fs";
import { tokensOf } from "../../scripts/l10n/tokens.ts";

const FOLDERS = "(?:unit|flows|ide|conformance|bundles|windows|world|hosts)";

/** A test's file, and the titles that follow it in italics; `…` stands for what is left out at an end. */
const quotes = new RegExp(
  `\\\`(?<file>${FOLDERS}/[\\w/]+\\.test\\.ts)\\\`(?<titles>: \\*[^*\\n]+\\*(?:; \\*[^*\\n]+\\*)*)?`,
  "g",
);

/** What a page says of tests: their files and titles, and what there is not of it. */
export function quotedTests(page: string) {
  const named = [...page.matchAll(quotes)].map(({ groups }) => ({
    file: `test/${groups?.file}`,
    titles: [...(groups?.titles ?? "").matchAll(/\*(?<title>[^*]+)\*/g)].map((match) => match.groups?.title ?? ""),
  }));
  const missing = named.flatMap(({ file, titles }) =>
    existsSync(file)
      ? titles.filter((title) => !isTitleIn(file, title)).map((title) => `${file} has no test "${title}"`)
      : [`${file} is not there`],
  );
  return { named, missing };
}

/** What follows the name of a test's file after a colon and is no title, so that it would not be looked up. */
export const looseNames = (page: string): readonly string[] =>
  page.match(new RegExp(`\\\`${FOLDERS}/[\\w/]+\\.test\\.ts\\\`: (?!\\*)[^\\n]{0,60}`, "g")) ?? [];

/** Every text that stands in a file, as a pattern: what a title computes may be anything. */
function textsOf(file: string): RegExp[] {
  return tokensOf(readFileSync(file, "utf8"))
    .filter(({ kind }) => kind === "text" || kind === "template")
    .map(({ kind, text }) => {
      const parts = kind === "template" ? text.split(/\{\d+\}/) : [text];
      return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`, "s");
    });
}

const texts = new Map<string, readonly RegExp[]>();

export function isTitleIn(file: string, title: string): boolean {
  const known = texts.get(file) ?? textsOf(file);
  texts.set(file, known);
  const begins = title.startsWith("… ");
  const ends = title.endsWith("…");
  if (!begins && !ends) return known.some((pattern) => pattern.test(title));
  const core = title.replace(/^… /, "").replace(/ ?…$/, "");
  // Only a part is quoted, so it has to stand in the file as it is written there.
  return readFileSync(file, "utf8").replaceAll('\\"', '"').includes(core);
}
