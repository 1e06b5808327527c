import { rm } from "node:fs/promises";
import { build } from "esbuild";

/** Where the measurement's own JavaScript goes: inside the work tree, so that it finds `node_modules`. */
const folder = "out/bench";

/**
 * Builds the extension's bundles from the present sources, and the measurement beside them. A TypeScript loader would
 * transform what is measured, and cost it time and memory.
 */
export async function buildBundles(): Promise<{ readonly program: string; readonly relay: string }> {
  await import("../scripts/build.ts");
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: ["bench/compare.ts", "bench/gatewayProcess.ts", "bench/relayProcess.ts"],
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
  return { program: `${folder}/compare.mjs`, relay: "dist/relay.cjs" };
}
