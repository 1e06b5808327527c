import { readdir, readFile } from "node:fs/promises";
import type { Metafile } from "esbuild";

/**
 * The licences of all packages that are in the bundles, whose terms ask for that: each with its version and the text that it
 * comes with.
 *
 * @throws Error that names a package which says nothing of its licence
 */
export async function thirdPartyNotices(metafiles: readonly Metafile[]): Promise<string> {
  const used = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? folderOf(path) : [])),
    ),
  );
  const notices = await Promise.all([...new Set(used)].map(noticeOf));
  const line = "-".repeat(80);
  const each = [...new Set(notices)].sort().map((notice) => `${line}\n${notice}\n`);
  return `The programs of this package contain the following software.\n\n${each.join("\n")}`;
}

/** The folder of the package that a file belongs to, which may be inside another package's. */
function folderOf(path: string): string[] {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
  return folder === undefined ? [] : [folder];
}

async function noticeOf(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(`${folder}/package.json`, "utf8")) as Readonly<Record<string, unknown>>;
  const { name, version, license } = about;
  if (typeof license !== "string") throw new Error(`${String(name)} does not say which licence it has`);
  const files = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|notice|copying|third-party-notices)(\.\w+)?$/i.test(file))
    .sort();
  // Some packages name this one without bringing it, and it has to go with what it is about (Apache 2.0, 4 a).
  if (files.length === 0 && license === "Apache-2.0") {
    return [`${name} ${version} (${license})`, (await readFile("scripts/licences/Apache-2.0.txt", "utf8")).trim()].join(
      "\n\n",
    );
  }
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, "utf8")));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join("\n\n");
}
