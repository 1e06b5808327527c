import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

const home = "https://github.com/gateway-connect/gateway-connect/blob/main/";
const raw = "https://raw.githubusercontent.com/gateway-connect/gateway-connect/main/";
const readme = readFileSync("README.md", "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .map((file) => `docs/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".md")),
];

/** The places in this repository that a page leads to, as paths of it. */
function linksOf(page: string): { readonly path: string; readonly heading: string }[] {
  return [...readFileSync(page, "utf8").matchAll(/\]\((?<link>[^)\s]+)\)/g)].flatMap(({ groups }) => {
    const link = groups?.link ?? "";
    const ours = [home, raw].find((start) => link.startsWith(start));
    if (ours === undefined && /^[a-z]+:/.test(link)) return [];
    const [file = "", heading = ""] = (ours === undefined ? link : link.slice(ours.length)).split("#");
    const path = ours === undefined ? posix.join(posix.dirname(page), file || posix.basename(page)) : file;
    return [{ path, heading }];
  });
}

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, "utf8").matchAll(/^#+ (?<heading>.+)$/gm)].map(({ groups }) =>
    (groups?.heading ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

test("every link from a page to a page or a picture of this repository leads somewhere", () => {
  const links = pages.flatMap((page) => linksOf(page).map((link) => ({ page, ...link })));
  const broken = links.filter(
    ({ path, heading }) => !existsSync(path) || (heading !== "" && !anchorsOf(path).includes(heading)),
  );
  assert.deepEqual(broken, []);
  assert.ok(links.length > 50 && pages.length > 15, "the pages are read");
});

test("the README is for whoever meets the extension: short, and whole where it is shown outside of the repository", () => {
  const relative = [...readme.matchAll(/\]\((?!https:\/\/)[^)]*\)/g)].map(([link]) => link);
  assert.deepEqual({ relative, lines: readme.split("\n").length <= 150 }, { relative: [], lines: true });
  assert.doesNotMatch(readme, /<img|\.svg\)/);
});

test("every picture of the README says in words what it shows, for whom it does not load", () => {
  const pictures = [...readme.matchAll(/!\[(?<alt>[^\]]*)\]\((?<url>[^)]+)\)/g)].map(({ groups }) => ({
    alt: groups?.alt ?? "",
    url: groups?.url ?? "",
  }));
  assert.deepEqual(
    pictures.filter(({ alt, url }) => alt.length < 60 || !alt.endsWith(".") || !url.startsWith(raw)),
    [],
  );
  assert.ok(pictures.length > 0, "there are pictures");
});

test("the two commands of a fresh clone stand on the README", () => {
  for (const command of ["npm ci && npm run demo", "npm ci && npm test"]) {
    assert.ok(readme.includes(`\`\`\`sh\n${command}\n\`\`\``), command);
  }
});

test("each file and folder that CONTRIBUTING names to whoever adds something is there", () => {
  const [, table = ""] = readFileSync("CONTRIBUTING.md", "utf8").split("| to add | start with |");
  const named = [...table.matchAll(/`(?<path>[\w./@-]+(?:\.(?:ts|md)|\/))`/g)].map(({ groups }) => groups?.path ?? "");
  assert.ok(named.length > 60, `${named.length} names are read`);
  const files = ["src", "test"].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }));
  const names = new Set(files.map((file) => posix.basename(file.replaceAll("\\", "/"))));
  const missing = named.filter((path) => !(path.includes("/") ? existsSync(path) : names.has(path)));
  assert.deepEqual(missing, []);
});
