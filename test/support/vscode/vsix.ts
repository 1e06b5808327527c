import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { runCommand } from "./runCommand.ts";

const vsce = resolve("node_modules", "@vscode", "vsce", "vsce");

/** Packages the extension in `folder`; what the packager prints is only shown when it fails. */
export async function buildVsix(options: { readonly folder: string; readonly to: string }): Promise<string> {
  const file = resolve(options.to);
  await mkdir(dirname(file), { recursive: true });
  await runCommand(
    process.execPath,
    [vsce, "package", "--no-dependencies", "--skip-license", "--allow-missing-repository", "--out", file],
    { cwd: resolve(options.folder) },
  );
  return file;
}
