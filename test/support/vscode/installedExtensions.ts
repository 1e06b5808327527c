import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { packageVsix } from "../../../scripts/packageVsix.ts";
import { isBuilt } from "../programs.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { Companion } from "./companion.ts";
import { type VsCodeInstallation, vsCodeInstallation } from "./installation.ts";
import type { Progress } from "./installOnce.ts";
import { runCommand } from "./runCommand.ts";
import { serverEnvironment } from "./serverEnvironment.ts";

/** Where a run of `npm test` has what its editors start with; see `installForRun`. */
const OF_RUN = "TEST_EXTENSIONS";

/**
 * Has the editor install the packaged extension and the tests' own once, for all editors of a run.
 *
 * @returns removes them again
 */
export async function installForRun(progress: Progress): Promise<() => Promise<void>> {
  const folder = makeTemporaryFolder("extensions");
  await installExtensions(await vsCodeInstallation(progress), { folder, vsix: await ours() });
  process.env[OF_RUN] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** Fills the folder of an editor's extensions with the packaged extension, the tests' own, and others. */
export async function fillExtensions(
  installation: VsCodeInstallation,
  folder: string,
  others: readonly string[],
): Promise<void> {
  const installed = process.env[OF_RUN];
  if (installed !== undefined) await cp(installed, folder, { recursive: true });
  await installExtensions(installation, {
    folder,
    vsix: [...(installed === undefined ? await ours() : []), ...others],
  });
}

const ours = () => Promise.all([packageVsix({ isBuilt: isBuilt() }), Companion.vsix()]);

async function installExtensions(
  { node, entry }: VsCodeInstallation,
  { folder, vsix }: { readonly folder: string; readonly vsix: readonly string[] },
): Promise<void> {
  if (vsix.length === 0) return;
  const home = makeTemporaryFolder("install");
  try {
    const where = ["--config", join(home, "config.yaml"), "--user-data-dir", home, "--extensions-dir", folder];
    const what = vsix.flatMap((file) => ["--install-extension", file]);
    await runCommand(node, [entry, ...where, ...what, "--force"], { env: serverEnvironment(home) });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
