import { join } from "node:path";
import { build } from "esbuild";

/** Builds the relay's bundle from the present sources, as `scripts/build.ts` does for the VSIX; gives its path. */
export async function buildRelayBundle(folder: string): Promise<string> {
  const outfile = join(folder, "relay.cjs");
  await build({
    entryPoints: ["src/relay.ts"],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "none",
    logLevel: "warning",
  });
  return outfile;
}
