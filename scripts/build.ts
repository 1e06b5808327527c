import { readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { thirdPartyNotices } from "./thirdPartyNotices.ts";

/**
 * Builds every bundle the VSIX ships. Each is one file, so that the extension starts with one read:
 *
 * - `extension.cjs`: what the editor loads at activation.
 * - `relay.cjs`: the relay with the MCP SDK, loaded with the first connection.
 * - `explain.cjs`: what Explain Access needs, loaded when it is asked for.
 * - `bridge.cjs`: the pipe from a host with an mcp.json to the relay in a window.
 * - `standalone.mjs`: the relay without an editor, started by whoever has an mcp.json.
 * - `gateway.mjs`: the gateway as a program, for testing a configuration before it is deployed.
 * - `sandbox.mjs`: the embedded identity provider and gateway, a process of its own.
 *
 * `--meta` also writes `dist/<bundle>.meta.json`, which the bundle tests read.
 */
const common: BuildOptions = {
  bundle: true,
  minify: !process.argv.includes("--no-minify"),
  platform: "node",
  target: "node20",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

/** ESM bundles that contain CommonJS packages need `require` and the file globals that ESM does not have. */
const commonJsInEsm =
  'import{createRequire as __r}from"node:module";import{fileURLToPath as __f}from"node:url";import{dirname as __d}from"node:path";' +
  "const require=__r(import.meta.url),__filename=__f(import.meta.url),__dirname=__d(__filename);";

const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };

/** The SDK's own shims bring a JSON Schema validator each, which the relay has no use for. */
const withoutValidators = {
  "@modelcontextprotocol/client/_shims": resolve("src/mcp/sdkShims.ts"),
  "@modelcontextprotocol/server/_shims": resolve("src/mcp/sdkShims.ts"),
};

const bundles: Record<string, BuildOptions> = {
  "extension.cjs": {
    entryPoints: ["src/extension.ts"],
    format: "cjs",
    external: ["vscode", "./relay.cjs", "./explain.cjs"],
    // jsonc-parser's CommonJS form loads its parts by names that only a run knows.
    mainFields: ["module", "main"],
  },
  "relay.cjs": {
    entryPoints: ["src/relay.ts"],
    format: "cjs",
    mainFields: ["module", "main"],
    alias: withoutValidators,
  },
  "explain.cjs": { entryPoints: ["src/explain.ts"], format: "cjs", mainFields: ["module", "main"] },
  "bridge.cjs": { entryPoints: ["src/bridge.ts"], format: "cjs" },
  "standalone.mjs": {
    entryPoints: ["src/standalone.ts"],
    format: "esm",
    banner: { js: commonJsInEsm },
    define: { BUNDLED_VERSION: JSON.stringify(version) },
    alias: withoutValidators,
  },
  "gateway.mjs": {
    entryPoints: ["src/gateway.ts"],
    format: "esm",
    banner: { js: commonJsInEsm },
    mainFields: ["module", "main"],
    alias: withoutValidators,
  },
  // oidc-provider tells its models and errors apart by the names of their classes, which minifying would change.
  "sandbox.mjs": {
    entryPoints: ["src/sandbox.ts"],
    format: "esm",
    banner: { js: commonJsInEsm },
    mainFields: ["module", "main"],
    keepNames: true,
  },
};

const metafiles: Record<string, Metafile> = {};
await rm("dist", { recursive: true, force: true });
for (const [name, options] of Object.entries(bundles)) {
  const result = await build({ ...common, ...options, outfile: `dist/${name}` });
  if (result.metafile) metafiles[name] = result.metafile;
}
for (const [name, metafile] of Object.entries(metafiles)) {
  await writeFile(`dist/${name}.meta.json`, JSON.stringify(metafile));
}
await writeFile("dist/THIRD-PARTY-NOTICES.txt", await thirdPartyNotices(Object.values(metafiles)));
console.log(`built gateway-connect ${version}: ${Object.keys(bundles).join(", ")}`);
