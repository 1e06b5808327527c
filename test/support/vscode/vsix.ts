import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { runCommand } from "./runCommand.ts";
import { withEqualModes } from "./zipModes.ts";

const vsce = resolve("node_modules", "@vscode", "vsce", "vsce");

/** What npm writes into each of its archives: the packager sorts the files and gives each this time, read in UTC. */
const MOMENT_OF_ARCHIVES = Date.UTC(1985, 9, 26, 8, 15) / 1000;
const sameEverywhere = { SOURCE_DATE_EPOCH: String(MOMENT_OF_ARCHIVES), TZ: "UTC", LC_ALL: "C" };

/**
 * Packages the extension in `folder`; what the packager prints is only shown when it fails. The same files give the same bytes,
 * wherever and whenever that is done, with one version of Node: its zlib compresses them.
 */
export async function buildVsix(options: { readonly folder: string; readonly to: string }): Promise<string> {
  const file = resolve(options.to);
  await mkdir(dirname(file), { recursive: true });
  await runCommand(
    process.execPath,
    [vsce, "package", "--no-dependencies", "--skip-license", "--allow-missing-repository", "--out", file],
    { cwd: resolve(options.folder), env: { ...process.env, ...sameEverywhere } },
  );
  await writeFile(file, withEqualModes(await readFile(file)));
  return file;
}
