import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { buildVsix } from "../test/support/vscode/vsix.ts";

/** Builds the bundles and packages the extension; gives the VSIX. */
export async function packageVsix(): Promise<string> {
  await new Promise<void>((done, failed) => {
    const build = spawn(process.execPath, ["--import", "tsx", "scripts/build.ts"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    build.on("error", failed);
    build.on("close", (code) => (code === 0 ? done() : failed(new Error(`the build ended with ${code}`))));
  });
  const { name, version } = JSON.parse(await readFile("package.json", "utf8")) as { name: string; version: string };
  return buildVsix({ folder: ".", to: `out/${name}-${version}.vsix` });
}
