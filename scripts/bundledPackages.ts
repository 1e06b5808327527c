import { readFile } from "node:fs/promises";
import type { Metafile } from "esbuild";

/** A package that something of is in what ships. */
export interface BundledPackage {
  /** Where it lies, which may be inside another package's folder. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** As its own manifest has it: an SPDX expression. */
  readonly license: string;
  /** The bundles that have something of it. */
  readonly bundles: readonly string[];
}

/**
 * All packages that are in the bundles, by what the bundler says of each byte.
 *
 * @param metafiles by the names of the bundles
 * @throws Error that names a package which says nothing of its licence
 */
export async function bundledPackages(
  metafiles: Readonly<Record<string, Metafile>>,
): Promise<readonly BundledPackage[]> {
  const bundles = new Map<string, string[]>();
  for (const [bundle, { outputs }] of Object.entries(metafiles)) {
    const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
    const folders = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? folderOf(path) : []));
    for (const folder of new Set(folders)) bundles.set(folder, [...(bundles.get(folder) ?? []), bundle]);
  }
  const found = await Promise.all([...bundles].map(([folder, names]) => packageOf(folder, names)));
  return found.sort((one, other) => (one.folder < other.folder ? -1 : 1));
}

/** The folder of the package that a file belongs to. */
function folderOf(path: string): string[] {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
  return folder === undefined ? [] : [folder];
}

async function packageOf(folder: string, bundles: readonly string[]): Promise<BundledPackage> {
  const about = JSON.parse(await readFile(`${folder}/package.json`, "utf8")) as Readonly<Record<string, unknown>>;
  const { name, version, license } = about;
  if (typeof license !== "string") throw new Error(`${String(name)} does not say which licence it has`);
  return { folder, name: String(name), version: String(version), license, bundles };
}
