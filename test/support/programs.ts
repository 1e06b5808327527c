import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { commonJsInEsm } from "../../scripts/commonJsInEsm.ts";
import type { ExplainBundle, RelayBundle } from "../../src/vscode/lazyBundles.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { ignoredOf } from "./uses/ignored.ts";
import { helpOf, optionsOf } from "./uses/optionsOf.ts";

const bundles = {
  bridge: "bridge.cjs",
  gateway: "gateway.mjs",
  sandbox: "sandbox.mjs",
  standalone: "standalone.mjs",
} as const;

/**
 * The arguments for node that start one of our programs: the bundle that ships, or its sources through tsx where the
 * bundle is not there or older than they are: a file that is run by itself always tests what is written. A run that has
 * built tests what ships, and says so in `TEST_BUILT`.
 *
 * @throws Error where such a run has no bundle of the sources as they are
 */
export function program(name: keyof typeof bundles): readonly string[] {
  const bundle = `dist/${bundles[name]}`;
  if (isCurrent(bundle)) return [...withoutIgnored(name), resolve(bundle)];
  if (process.env.TEST_BUILT) throw new Error(`${bundle} is not of the sources as they are`);
  return ["--import", import.meta.resolve("tsx"), resolve(`src/${name}.ts`)];
}

const loaded = new Map<string, Promise<object>>();

/**
 * What a part of the extension brings: the bundle that ships, or its source, as with `program`.
 *
 * @throws Error where a run that has built has no bundle of the sources as they are
 */
export async function part<Name extends keyof Parts>(name: Name): Promise<Parts[Name]> {
  const loading = loaded.get(name) ?? loadPart(name);
  loaded.set(name, loading);
  return (await loading) as Parts[Name];
}

interface Parts {
  readonly relay: RelayBundle;
  readonly explain: ExplainBundle;
}

async function loadPart(name: keyof Parts): Promise<object> {
  const bundle = `dist/${name}.cjs`;
  if (isCurrent(bundle)) return createRequire(import.meta.url)(resolve(bundle));
  if (process.env.TEST_BUILT) throw new Error(`${bundle} is not of the sources as they are`);
  return await import(pathToFileURL(resolve(`src/${name}.ts`)).href);
}

/** Keeps the option from the program that this run ignores on purpose, see `uses/ignored.ts`. */
function withoutIgnored(name: keyof typeof bundles): readonly string[] {
  const option = name === "bridge" ? undefined : ignoredOf(name);
  if (option === undefined) return [];
  const module = new URL("./uses/withoutOption.mjs", import.meta.url);
  module.searchParams.set("option", option);
  if (optionsOf(helpOf(name)).some((one) => one.name === option && one.takesValue)) {
    module.searchParams.set("takesValue", "");
  }
  return ["--import", module.href];
}

/** Whether every bundle is there and of the sources as they are. */
export function isBuilt(): boolean {
  const bundles = existsSync("dist")
    ? readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".meta.json"))
    : [];
  return bundles.length > 0 && bundles.every((name) => isCurrent(`dist/${name.replace(/\.meta\.json$/, "")}`));
}

function isCurrent(bundle: string): boolean {
  try {
    const { inputs } = JSON.parse(readFileSync(`${bundle}.meta.json`, "utf8")) as { readonly inputs: object };
    const built = statSync(bundle).mtimeMs;
    // What the build and the bundler write themselves is named between angle brackets.
    const files = Object.keys(inputs).filter((input) => !input.startsWith("<"));
    const sources = [...files, "scripts/build.ts", "scripts/behindLoader.ts", "package.json"];
    return sources.every((source) => statSync(source).mtimeMs < built);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw cause;
  }
}

/** Set where they were made before, for a system on which no bundler runs. */
let folder = process.env.TEST_PROGRAMS;

/** A program of the tests as one file, which starts in a third of the time that its source needs through tsx. */
export function testProgram(source: string): string {
  folder ??= makeTemporaryFolder("gateway-connect-programs");
  const outfile = join(folder, `${basename(source, ".ts")}.mjs`);
  if (!existsSync(outfile)) {
    // Loaded here only: it does not run everywhere that its programs do.
    const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
    buildSync({
      entryPoints: [source],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      mainFields: ["module", "main"],
      banner: { js: commonJsInEsm },
    });
  }
  return outfile;
}
