import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { commonJsInEsm } from "../../scripts/commonJsInEsm.ts";
import { cacheFolder } from "./vscode/cacheFolder.ts";
import { installOnce } from "./vscode/installOnce.ts";
import { nodeRuntime } from "./vscode/nodeRuntime.ts";
import { npm } from "./vscode/npm.ts";

/** How to start a program that only tests use, and that is too large, or needs too new a Node, to be a dependency. */
export interface NpmProgram {
  /** A Node that is new enough for it. */
  readonly node: string;
  readonly script: string;
}

/**
 * Installs one version of an npm package, once per machine, in the cache folder.
 *
 * @param script its program, inside the package
 */
export async function npmPackage(name: string, version: string, script: string): Promise<NpmProgram> {
  const say = (line: string) => console.error(line);
  const { node } = await nodeRuntime(say);
  const folder = await installOnce(
    join(cacheFolder(), "npm", `${name.replace("/", "+")}-${version}`),
    async (into) => {
      say(`installing ${name} ${version}`);
      await npm(["install", `${name}@${version}`, "--ignore-scripts", "--omit=dev"], into, process.env);
    },
    say,
  );
  return { node, script: join(folder, "node_modules", name, script) };
}

/**
 * The same with the program and all that it loads in one file, which stands beside it: one of many hundred modules takes
 * half of its start to find them. For a program that is started again and again.
 */
export async function npmPackageInOne(name: string, version: string, script: string): Promise<NpmProgram> {
  const program = await npmPackage(name, version, script);
  const file = program.script.replace(/\.js$/, ".inOne.mjs");
  if (existsSync(file)) return { ...program, script: file };
  const { build } = await import("esbuild");
  const partial = `${file}.${process.pid}`;
  await build({
    entryPoints: [program.script],
    outfile: partial,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: commonJsInEsm },
    logLevel: "error",
  });
  await rename(partial, file);
  return { ...program, script: file };
}
