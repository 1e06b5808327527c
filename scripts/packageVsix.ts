import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { resolve } from "node:path";
import { buildVsix } from "../test/support/vscode/vsix.ts";

/** Builds the bundles, unless they are there, and packages the extension; gives the VSIX. */
export async function packageVsix({ isBuilt = false } = {}): Promise<string> {
  if (!isBuilt) await build();
  const { name, version } = JSON.parse(await readFile("package.json", "utf8")) as { name: string; version: string };
  const path = `out/${name}-${version}.vsix`;
  const own = `out/${randomUUID()}.vsix`;
  await buildVsix({ folder: ".", to: own });
  // Somebody else may be reading the one that is there.
  await rename(own, path);
  return resolve(path);
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
