import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";
import { cacheFolder } from "../test/support/vscode/cacheFolder.ts";
import { buildIdeSuite, ideSuiteEnvironment, printIdeEvents } from "../test/support/vscode/ideSuite.ts";
import { packageVsix } from "./packageVsix.ts";

/**
 * `npm run test:electron`: the same suite inside the vendor's desktop VS Code, or an editor built on it.
 *
 * `VSCODE_EXECUTABLE` names an installed one; without it VS Code is downloaded, of `VSCODE_VERSION` or the newest.
 */
await packageVsix();
const tests = await buildIdeSuite();
const home = await mkdtemp(join(tmpdir(), "gateway-connect-electron-"));
const results = join(home, "results.jsonl");
const executable = process.env.VSCODE_EXECUTABLE;
const workspace = join(home, "workspace");
await mkdir(workspace);
try {
  await runTests({
    ...(executable
      ? { vscodeExecutablePath: executable }
      : { version: process.env.VSCODE_VERSION ?? "stable", cachePath: join(cacheFolder(), "electron") }),
    extensionDevelopmentPath: resolve("."),
    extensionTestsPath: tests,
    extensionTestsEnv: ideSuiteEnvironment(results),
    launchArgs: [workspace, "--user-data-dir", join(home, "user-data"), "--disable-extensions", "--skip-welcome"],
  });
} catch (cause) {
  process.exitCode = 1;
  console.error(cause instanceof Error ? cause.message : cause);
  if (!executable) console.error("To use an installed VS Code, set VSCODE_EXECUTABLE to its program.");
} finally {
  const counts = await printIdeEvents(results);
  console.log(
    counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : "the suite did not run",
  );
  if (!counts || counts.failed > 0) process.exitCode = 1;
  await rm(home, { recursive: true, force: true });
}
