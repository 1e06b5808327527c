import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BuildOptions, build } from "esbuild";

/** Where the measurements' own JavaScript goes: inside the work tree, so that it finds `node_modules`. */
export const folder = "out/bench";

const measurements = [
  ...["compare", "hosts", "gateway", "speed", "ladder"],
  ...["gatewayServers", "gatewayProcess", "gatewayMemory", "relayProcess", "emptyProgram", "pipeProgram", "browser"],
];

const common: BuildOptions = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "warning",
};

/**
 * Builds the extension's bundles from the present sources, and the measurements beside them. A TypeScript loader would
 * transform what is measured, and cost it time and memory.
 *
 * @param before a built checkout of another revision, of which only what runs in the measurement's process is built
 */
export async function buildBundles(before: string | undefined): Promise<void> {
  await import("../scripts/build.ts");
  await rm(folder, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: measurements.map((name) => `bench/${name}.ts`),
    outdir: folder,
    splitting: true,
    packages: "external",
  });
  await buildOurs("now", ".");
  if (before !== undefined) await buildOurs("before", before);
}

/** The revisions up to 03c8530 have the parts, and no file that names them all. */
const oursOfOld = [
  ["authorize", "src/core/authorizer/authorizer.ts"],
  ["signingKeys", "src/core/authorizer/signingKeys.ts"],
  ["nodeSignatureCheck", "src/gateway/nodeSignatureCheck.ts"],
  ["nodeTokenHash", "src/gateway/nodeTokenHash.ts"],
  ["startGateway", "src/gateway/startGateway.ts"],
  ["announceWindow", "src/node/windowAnnouncement.ts"],
  ["coreSignIn", "test/support/coreSignIn.ts"],
  ["startRelayHost", "bench/relayHost.ts"],
].map(([name, path]) => `export { ${name} } from "./${path}";`);

/** With its own packages inside: a revision is not measured with another's. */
async function buildOurs(name: "now" | "before", checkout: string): Promise<void> {
  const names = existsSync(join(checkout, "bench/ours.ts")) ? ['export * from "./bench/ours.ts";'] : oursOfOld;
  await build({
    ...common,
    stdin: { contents: names.join("\n"), resolveDir: resolve(checkout), loader: "ts" },
    outfile: `${folder}/ours/${name}.mjs`,
    mainFields: ["module", "main"],
    // Packages in CommonJS ask for Node's modules with it.
    banner: { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' },
  });
}
