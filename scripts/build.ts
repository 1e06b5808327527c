import { readFile, rm, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { metadataAddress } from "../src/oauth/clientMetadata/checkClientMetadata.ts";
import { clientMetadataDocument, documentText } from "../src/oauth/clientMetadata/clientMetadataDocument.ts";
import { ownRedirects } from "../src/oauth/clientMetadata/ownClientMetadata.ts";
import { behindLoader } from "./behindLoader.ts";
import { bundledPackages } from "./bundledPackages.ts";
import { commonJsInEsm } from "./commonJsInEsm.ts";
import { sbom } from "./sbom.ts";
import { sdkInBundles } from "./sdkInBundles.ts";
import { thirdPartyNotices } from "./thirdPartyNotices.ts";

/**
 * Builds every bundle the VSIX ships. Each is one file, so that the extension starts with one read.
 *
 * What the editor loads at activation is small; what follows comes in parts, each named after what it brings:
 *
 * - `extension.cjs`: loaded at activation. Only it has state; it makes and keeps whatever the parts' functions return.
 * - `commands.cjs`: commands and the words of failures, loaded with the first act of a person or the first failure.
 * - `mcpJson.cjs`: reads and changes the files of hosts, loaded where one of our entries is in one, or is to be.
 * - `toml.cjs`: what reads TOML, loaded where a host's file is one.
 * - `relay.cjs`: the relay with the MCP SDK, loaded with the first request, or when the editor is idle and somebody has a
 *   connection.
 * - `signIn.cjs`: all that asks a provider for something, loaded with the first sign-in, renewal or sign-out, or when the
 *   editor is idle and somebody has a connection: every module that `extension.cjs` takes in by an `import()`.
 * - `connect.cjs`: Connect Gateway, from the address to the tools, loaded when somebody connects one.
 * - `choose.cjs`: Choose a Gateway, from an AWS profile to a gateway of its account, loaded when somebody chooses there.
 * - `toolPages.cjs`: the pages of tools, resources and prompts, loaded with the first one that is opened or chosen.
 * - `webviews/`: scripts and styles that run in the pages themselves.
 * - `explain.cjs`: Explain Access, the pages that end a sign-in, diagnostics, and what mcp-remote leaves behind.
 * - `machine.cjs`: what is told of this machine, loaded when somebody copies diagnostics.
 * - `sharing.cjs`: the sign-ins that several programs share, loaded where there is one, or somebody wants to share one.
 * - `socket.cjs`: the socket that leads to the relays of a window, loaded when an editor or a host asks for one.
 * - `policy.cjs`: what reads the administrator's file, loaded where there is one.
 * - `team.cjs`: what a repository suggests, loaded where a trusted workspace has a `.vscode/gateways.json`.
 * - `upkeep.cjs`: the commands on hosts' files, loaded with the first of them.
 * - `traffic.cjs`: what looks at the traffic of gateways, loaded when somebody first does.
 * - `aws.cjs`: what signs requests with AWS credentials, loaded with the first one that is to be signed.
 * - `awsSdk.cjs`: AWS's own library for credentials, loaded only where its program is not installed. `standalone.mjs` loads it
 *   too.
 * - `settings.cjs`: Gateway Settings, loaded when somebody opens them.
 * - `view.cjs`: the view of all gateways and the commands that are found there, loaded when one of them is first wanted.
 *
 * A part is loaded through `lazyBundle` in `src/vscode/lazyBundles.ts`, or by an `import()` of one of its modules where the
 * programs take the module in; either fails in words where the file is missing.
 * What several of them need is in each of them. So no class is told apart by `instanceof` across bundles (failures
 * carry a brand), and what has to be known once is passed in; locks hold by their files, between bundles as between
 * windows.
 *
 * The others are programs, each a process of its own:
 *
 * - `uninstall.cjs`: what the editor runs when the extension is uninstalled.
 * - `bridge.cjs`: the pipe from a host with an mcp.json to the relay in a window.
 * - `standalone.mjs`: the relay without an editor, started by whoever has an mcp.json; behind `src/loader.ts`, which runs it.
 * - `gateway.mjs`: the gateway as a program, for testing a configuration before it is deployed.
 * - `cedar.cjs`, with `cedar_wasm_bg.wasm.br`: Cedar's engine, which the gateway loads for a configuration with policies.
 * - `yaml.cjs`: what reads YAML, which the gateway loads for a description of an API in it.
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
  logOverride: { "import-is-undefined": "error" },
};

const manifest = JSON.parse(await readFile("package.json", "utf8")) as Parameters<typeof sbom>[0];
const { version } = manifest;

/** The SDK's own shims bring a JSON Schema validator each, which the relay has no use for. */
const withoutValidators = {
  "@modelcontextprotocol/client/_shims": resolve("src/mcp/sdkShims.ts"),
  "@modelcontextprotocol/server/_shims": resolve("src/mcp/sdkShims.ts"),
};

/** The packages for proxies would print whole requests, their secrets too, where the variable DEBUG is set. */
const withoutDebug = { debug: resolve("src/system/noDebug.ts") };

/** The SDK makes all of its schemas when it is loaded; this makes those that are used. */
const schemasWhenUsed = { "zod/v4": resolve("src/mcp/lazyZod.ts") };

/**
 * The schemas of the SDK are read as they are: zod would compile a function for each that is used, which a program uses a
 * few times at most and waits for when it starts. In the editor zod's own setting would be that of other extensions too.
 */
const schemasAsTheyAre = { "globalThis.__zod_globalConfig": JSON.stringify({ jitless: true }) };

/** Cedar's engine is a bundle of its own, beside a file of WebAssembly that it reads. */
const cedar = "node_modules/@cedar-policy/cedar-wasm/nodejs";
const cedarBeside = { BUNDLED_CEDAR: JSON.stringify("./cedar.cjs") };

/** The engine's file is a third of all that ships, and is smaller by a fifth than in the archives that it ships in. */
const cedarCompressed: Plugin = {
  name: "Cedar's engine is compressed",
  setup({ onLoad }) {
    onLoad({ filter: /\/cedar_wasm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source
        .replace("cedar_wasm_bg.wasm`", "cedar_wasm_bg.wasm.br`")
        .replace("require('fs').readFileSync(wasmPath)", "require('zlib').brotliDecompressSync($&)");
      if (!contents.includes("wasm.br`") || !contents.includes("brotliDecompressSync(require")) {
        return { errors: [{ text: `${path} reads its engine in another way` }] };
      }
      return { contents };
    });
  },
};

/** As small as it gets within a second: the highest quality takes half a minute for a sixth less. */
const compressed = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });

/** A program that `src/loader.ts` runs, which neither imports modules nor knows its own address as one. */
const inLoader = {
  format: "cjs",
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "undefined" },
} satisfies BuildOptions;

/** What reads YAML is a bundle of its own too. */
const yamlBeside = { BUNDLED_YAML: JSON.stringify("./yaml.cjs") };

/** Its CommonJS form would load its parts by names that only a run knows. */
const jsoncAsModule = { "jsonc-parser": resolve("node_modules/jsonc-parser/lib/esm/main.js") };

/** Runs in the extension host, with the same form of jsonc-parser. */
const inEditor: BuildOptions = { format: "cjs", external: ["vscode"], mainFields: ["module", "main"] };

/** Runs in a page of the editor, which is a browser's. */
const inPage: BuildOptions = { format: "iife", platform: "browser", target: "chrome128" };

/** The modules that `extension.cjs` takes in by `import()`: they are what `signIn.cjs` brings. */
const takenInLater = new Set<string>();

/** Turns each `import()` of a module into one of the bundle that will have it. */
const signInApart: Plugin = {
  name: "sign-in apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      takenInLater.add(relative("src", resolve(resolveDir, path)).replaceAll("\\", "/"));
      return { path: "./signIn.cjs", external: true };
    });
  },
};

/** An entry that is written here: all of `takenInLater`, once `extension.cjs` is made. */
const signInEntry: Plugin = {
  name: "all that is taken in later",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^signIn$/, namespace: "" }, ({ kind }) =>
      kind === "entry-point" ? { path: "signIn", namespace: "<written>" } : undefined,
    );
    onLoad({ filter: /./, namespace: "<written>" }, async () => {
      const modules = [...takenInLater].sort();
      await eachNameOnce(modules);
      return { contents: modules.map((module) => `export * from "./${module}";`).join("\n"), resolveDir: "src" };
    });
  },
};

/** What two modules export by one name would be left out without a word. */
async function eachNameOnce(modules: readonly string[]): Promise<void> {
  const entryPoints = modules.map((module) => `src/${module}`);
  const { metafile } = await build({ entryPoints, format: "esm", outdir: dist, write: false, metafile: true });
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`two modules of signIn.cjs export ${twice.join(", ")}`);
}

/** Turns each `import()` of one module into one of the bundle that is it, which lies beside whichever bundle needs it. */
const apart = (module: RegExp, bundle: string): Plugin => ({
  name: `${bundle} apart`,
  setup({ onResolve }) {
    onResolve({ filter: module }, ({ kind }) =>
      kind === "dynamic-import" ? { path: `./${bundle}`, external: true } : undefined,
    );
  },
});

/** AWS's own library, for whom AWS's program is not there. */
const awsSdkApart = apart(/\/sdkCredentials\.ts$/, "awsSdk.cjs");

/** What reads TOML: of all hosts one has such a file. */
const tomlApart = apart(/\/tomlServers\.ts$/, "toml.cjs");

/** Where the bundles go: beside the sources, where everybody looks for them, unless a test builds others. */
const dist = process.env.GATEWAY_CONNECT_DIST ?? "dist";

/** Where our own client ID metadata document will be, for whoever owns the place; empty as long as nobody does. */
const givenUrl = process.env.GATEWAY_CONNECT_CLIENT_METADATA_URL ?? "";
const metadataUrl = givenUrl === "" ? "" : metadataAddress(givenUrl);
const published = { BUNDLED_CLIENT_METADATA_URL: JSON.stringify(metadataUrl) };

const bundles: Record<string, BuildOptions> = {
  "extension.cjs": { ...inEditor, entryPoints: ["src/extension.ts"], plugins: [signInApart] },
  "signIn.cjs": { ...inEditor, entryPoints: ["signIn"], plugins: [signInEntry] },
  "commands.cjs": { ...inEditor, entryPoints: ["src/commands.ts"] },
  "mcpJson.cjs": { ...inEditor, entryPoints: ["src/mcpJson.ts"], plugins: [tomlApart] },
  "toml.cjs": { ...inEditor, entryPoints: ["src/hosts/formats/toml/tomlServers.ts"] },
  "relay.cjs": {
    ...inEditor,
    entryPoints: ["src/relay.ts"],
    alias: { ...withoutValidators, ...schemasWhenUsed },
    define: schemasAsTheyAre,
    plugins: [sdkInBundles],
  },
  "connect.cjs": { ...inEditor, entryPoints: ["src/connect.ts"] },
  "choose.cjs": { ...inEditor, entryPoints: ["src/choose.ts"] },
  "explain.cjs": { ...inEditor, entryPoints: ["src/explain.ts"] },
  "toolPages.cjs": { ...inEditor, entryPoints: ["src/toolPages.ts"] },
  "webviews/toolPage.js": { ...inPage, entryPoints: ["src/webviews/toolPage.ts"] },
  "webviews/toolPage.css": { ...inPage, entryPoints: ["src/webviews/toolPage.css"] },
  "machine.cjs": { ...inEditor, entryPoints: ["src/machine.ts"] },
  "sharing.cjs": { ...inEditor, entryPoints: ["src/sharing.ts"] },
  "socket.cjs": { ...inEditor, entryPoints: ["src/socket.ts"] },
  "policy.cjs": { ...inEditor, entryPoints: ["src/policy.ts"] },
  "team.cjs": { ...inEditor, entryPoints: ["src/team.ts"] },
  "upkeep.cjs": { ...inEditor, entryPoints: ["src/upkeep.ts"] },
  "traffic.cjs": { ...inEditor, entryPoints: ["src/traffic.ts"] },
  "settings.cjs": { ...inEditor, entryPoints: ["src/settings.ts"] },
  "view.cjs": { ...inEditor, entryPoints: ["src/view.ts"] },
  "aws.cjs": { ...inEditor, entryPoints: ["src/aws.ts"], plugins: [awsSdkApart] },
  "awsSdk.cjs": { entryPoints: ["src/node/aws/sdkCredentials.ts"], format: "cjs" },
  "uninstall.cjs": {
    entryPoints: ["src/uninstall.ts"],
    format: "cjs",
    mainFields: ["module", "main"],
    plugins: [tomlApart],
  },
  "bridge.cjs": { entryPoints: ["src/bridge.ts"], format: "cjs" },
  "standalone.mjs": {
    entryPoints: ["src/standalone.ts"],
    ...inLoader,
    define: { BUNDLED_VERSION: JSON.stringify(version), ...schemasAsTheyAre, ...inLoader.define },
    alias: { ...withoutValidators, ...schemasWhenUsed, ...jsoncAsModule, ...withoutDebug },
    plugins: [sdkInBundles, awsSdkApart, tomlApart],
  },
  "gateway.mjs": {
    entryPoints: ["src/gateway.ts"],
    format: "esm",
    banner: { js: commonJsInEsm },
    mainFields: ["module", "main"],
    alias: { ...withoutValidators, ...withoutDebug },
    define: { ...cedarBeside, ...yamlBeside },
    plugins: [sdkInBundles],
  },
  "yaml.cjs": { entryPoints: ["node_modules/yaml/dist/index.js"], format: "cjs" },
  "cedar.cjs": { entryPoints: [`${cedar}/cedar_wasm.js`], format: "cjs", plugins: [cedarCompressed] },
  // oidc-provider tells its models and errors apart by the names of their classes, which minifying would change.
  "sandbox.mjs": {
    entryPoints: ["src/sandbox.ts"],
    format: "esm",
    banner: { js: commonJsInEsm },
    mainFields: ["module", "main"],
    keepNames: true,
    define: cedarBeside,
  },
};

/**
 * What a test builds for itself: a folder, and the place of an administrator's file in it. Only these bundles are made, and
 * nothing that ships looks anywhere but in the one place of its system.
 */
const [ofTests] = process.argv.slice(2).flatMap((argument) => /^--policy-of-tests=(.*)$/s.exec(argument)?.[1] ?? []);
const forTests =
  ofTests === undefined ? undefined : (JSON.parse(ofTests) as { readonly out: string; readonly place: object });
const define = { POLICY_PLACE_OF_TESTS: forTests ? JSON.stringify(forTests.place) : "undefined" };

/** Makes one bundle in a folder. */
async function make(name: string, folder: string): Promise<Metafile | undefined> {
  const options = bundles[name];
  const defined = { ...published, ...options?.define, ...define };
  const outfile = `${folder}/${name}`;
  const { metafile } = await build({ ...common, ...options, define: defined, outfile });
  if (name !== "standalone.mjs" || metafile === undefined) return metafile;
  return { ...metafile, inputs: { ...metafile.inputs, ...(await behindLoader(outfile, common)) } };
}

if (forTests) {
  for (const name of ["extension.cjs", "policy.cjs", "standalone.mjs"]) await make(name, forTests.out);
  process.exit(0);
}

const metafiles: Record<string, Metafile> = {};
await rm(dist, { recursive: true, force: true });
for (const name of Object.keys(bundles)) {
  const metafile = await make(name, dist);
  if (metafile) metafiles[name] = metafile;
}
await writeFile(`${dist}/cedar_wasm_bg.wasm.br`, compressed(await readFile(`${cedar}/cedar_wasm_bg.wasm`)));
for (const [name, metafile] of Object.entries(metafiles)) {
  await writeFile(`${dist}/${name}.meta.json`, JSON.stringify(metafile));
}
const packages = await bundledPackages(metafiles);
await writeFile(`${dist}/THIRD-PARTY-NOTICES.txt`, await thirdPartyNotices(packages));
await writeFile(
  `${dist}/sbom.cdx.json`,
  sbom(manifest, packages, JSON.parse(await readFile("package-lock.json", "utf8"))),
);
if (metadataUrl !== "") {
  const document = documentText(clientMetadataDocument(metadataUrl, ownRedirects));
  await writeFile(`${dist}/client-metadata.json`, document);
}
console.log(`built gateway-connect ${version}: ${Object.keys(bundles).join(", ")}`);
