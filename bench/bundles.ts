import { rm } from "node:fs/promises";
import { build } from "esbuild";

/** Where the measurement's own JavaScript goes: inside the work tree, so that it finds `node_modules`. */
const folder = "out/bench";

/**
 * Builds the relay's bundle from the present sources, as `scripts/build.ts` does for the VSIX, and the measurement
 * beside it. A TypeScript loader would transform what is measured, and cost it time and memory.
 */
export async function buildBundles(): Promise<{ readonly program: string; readonly relay: string }> {
  const relay = `${folder}/relay.cjs`;
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: ["src/relay.ts"],
    outfile: relay,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "none",
    logLevel: "warning",
  });
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
  return { program: `${folder}/compare.mjs`, relay };
}
