import { readdir, readFile } from "node:fs/promises";
import type { BundledPackage } from "./bundledPackages.ts";

/** The licences of all packages that are in the bundles, whose terms ask for that: each with its version and the text that it comes with. */
export async function thirdPartyNotices(packages: readonly BundledPackage[]): Promise<string> {
  const notices = await Promise.all(packages.map(noticeOf));
  const line = "-".repeat(80);
  const each = [...new Set(notices)].sort().map((notice) => `${line}\n${notice}\n`);
  return `The programs of this package contain the following software.\n\n${each.join("\n")}`;
}

async function noticeOf({ folder, name, version, license }: BundledPackage): Promise<string> {
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
