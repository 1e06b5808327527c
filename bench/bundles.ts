import { rm } from "node:fs/promises";
import { build } from "esbuild";

/** Where the measurements' own JavaScript goes: inside the work tree, so that it finds `node_modules`. */
export const folder = "out/bench";

/**
 * Builds the extension's bundles from the present sources, and the measurement beside them. A TypeScript loader would
 * transform what is measured, and cost it time and memory.
 */
export async function buildBundles(): Promise<void> {
  await import("../scripts/build.ts");
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: ["compare", "hosts", "gateway", "gatewayServers", "gatewayProcess", "relayProcess", "browser"].map(
      (name) => `bench/${name}.ts`,
    ),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
  });
}
