import { mkdir, readFile, writeFile } from "node:fs/promises";
import { type ReleaseFiles, releaseFileNames, releaseNotes, releaseProblems, withVersion } from "./releaseFiles.ts";

/**
 * `npm run release:prepare -- 1.2.3` writes a version into every file that says one. `npm run release:check -- v1.2.3` says
 * whether they may be released under that tag, and writes what is new into `out/release-notes.md`.
 */
const [act, given = ""] = process.argv.slice(2);
const texts = await Promise.all(releaseFileNames.map(async (name) => [name, await readFile(name, "utf8")] as const));
const files = Object.fromEntries(texts) as ReleaseFiles;

if (act === "prepare") {
  const next = withVersion(files, given, new Date().toISOString().slice(0, 10));
  for (const name of releaseFileNames) await writeFile(name, next[name]);
  console.log(
    `${given} is in ${releaseFileNames.join(", ")}. Once that is on main: git tag v${given} && git push origin v${given}`,
  );
} else {
  const problems = releaseProblems(files, given);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  await mkdir("out", { recursive: true });
  await writeFile("out/release-notes.md", `${releaseNotes(files["CHANGELOG.md"], given.replace(/^v/, ""))}\n`);
  console.log(`${given} can be released`);
}
