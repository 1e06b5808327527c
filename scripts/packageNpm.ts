import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { runCommand } from "../test/support/vscode/runCommand.ts";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const env = { ...process.env, npm_config_update_notifier: "false", npm_config_loglevel: "error" };

/**
 * Packs what `npx` fetches, of bundles that are built. The same files give the same bytes, whoever made the checkout: npm sets
 * the time of each and takes over its rights, so that it is given copies.
 *
 * @param to a folder
 * @returns the archive, which `npm publish` takes as it is
 */
export async function packageNpm({ folder, to }: { readonly folder: string; readonly to: string }): Promise<string> {
  const staged = await mkdtemp(join(tmpdir(), "gateway-connect-npm-"));
  try {
    const { files } = packed(
      await runCommand(npm, ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: folder, env }),
    );
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { readonly bin: object };
    const programs = Object.values(manifest.bin);
    for (const { path } of files) {
      const target = join(staged, path);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(folder, path), target);
      await chmod(target, programs.includes(path) ? 0o755 : 0o644);
    }
    await mkdir(to, { recursive: true });
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", resolve(to)];
    return join(resolve(to), packed(await runCommand(npm, args, { cwd: staged, env })).filename);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** npm prints a list, or an object by the names of packages. */
function packed(printed: string): Packed {
  const [only] = Object.values(JSON.parse(printed) as object) as Packed[];
  if (!only) throw new Error("npm packed nothing");
  return only;
}
