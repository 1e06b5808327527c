import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { buildVsix } from "../test/support/vscode/vsix.ts";

/** Builds the bundles, unless they are there, and packages the extension; gives the VSIX. */
export async function packageVsix({ isBuilt = false } = {}): Promise<string> {
  if (!isBuilt) await build();
  const { name, version } = JSON.parse(await readFile("package.json", "utf8")) as { name: string; version: string };
  return buildVsix({ folder: ".", to: `out/${name}-${version}.vsix` });
}

async function build(): Promise<void> {
  await new Promise<void>((done, failed) => {
    const build = spawn(process.execPath, ["--import", "tsx", "scripts/build.ts"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    build.on("error", failed);
    build.on("close", (code) => (code === 0 ? done() : failed(new Error(`the build ended with ${code}`))));
  });
}
