import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { packageVsix } from "../../scripts/packageVsix.ts";
import { isBuilt } from "../support/programs.ts";

/** The files that a bundle has something of. */
function filesOf(bundle: string): string[] {
  const { outputs } = JSON.parse(readFileSync(`dist/${bundle}.meta.json`, "utf8")) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
  };
  // What the build writes itself is named between angle brackets.
  const inputs = Object.entries(outputs[`dist/${bundle}`]?.inputs ?? {}).filter(([path]) => !path.startsWith("<"));
  return inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])).sort();
}

/** What a bundle is made of: packages and rooms of `src`, each once. */
function partsOf(bundle: string): string[] {
  const named = filesOf(bundle).map(
    (path) => /^(?:.*node_modules\/(?:@[^/]+\/)?[^/]+|src\/[^/]+)/.exec(path)?.[0] ?? path,
  );
  return [...new Set(named.map((name) => name.replace(/^.*node_modules\//, "")))].sort();
}

test("no bundle has a character beyond ASCII, of which one makes the engine keep all of the text in twice the memory", () => {
  const names = readdirSync("dist").filter((name) => /\.[cm]js$/.test(name));
  assert.ok(names.length >= 10, `${names}`);
  const beyond = names.flatMap((name) => {
    const found = /.{0,40}[^\0-\x7f].{0,10}/u.exec(readFileSync(`dist/${name}`, "utf8"))?.[0];
    return found === undefined ? [] : [`${name}: ${found}`];
  });
  assert.deepEqual(beyond, []);
});

const kilobytes = (path: string): number => statSync(path).size / 1000;

test("activation loads no MCP SDK, no OAuth library, no command, no reader of hosts' files and nothing of the sandbox, and at most 124 kB", () => {
  assert.deepEqual(partsOf("extension.cjs"), [
    "jose",
    "src/connections",
    "src/extension.ts",
    "src/failures",
    "src/hosts",
    "src/lib",
    "src/mcp",
    "src/node",
    "src/oauth",
    "src/policy",
    "src/relay",
    "src/system",
    "src/vscode",
  ]);
  const files = filesOf("extension.cjs");
  assert.deepEqual(
    {
      hosts: files.filter((file) => file.startsWith("src/hosts/")),
      failures: files.filter((file) => file.startsWith("src/failures/")),
      commands: files.filter((file) => file.startsWith("src/vscode/commands/")),
    },
    {
      hosts: ["src/hosts/hostIds.ts", "src/hosts/hostPaths.ts", "src/hosts/writtenEntries.ts"],
      failures: ["src/failures/failure.ts", "src/failures/partLoaded.ts", "src/failures/translate.ts"],
      commands: [
        "src/vscode/commands/commandIds.ts",
        "src/vscode/commands/executeCommand.ts",
        "src/vscode/commands/registerCommands.ts",
      ],
    },
  );
  assert.ok(kilobytes("dist/extension.cjs") <= 124, `${kilobytes("dist/extension.cjs")} kB`);
});

test("commands and the words of failures come with the first act or failure, without the MCP SDK, and at most 172 kB", () => {
  const parts = partsOf("commands.cjs");
  assert.deepEqual(
    parts.filter((part) => part.startsWith("@modelcontextprotocol/") || part === "jsonc-parser"),
    [],
  );
  assert.ok(kilobytes("dist/commands.cjs") <= 172, `${kilobytes("dist/commands.cjs")} kB`);
});

test("what connects a gateway comes when somebody connects one, without the MCP SDK, and at most 104 kB", () => {
  const parts = partsOf("connect.cjs");
  assert.deepEqual(
    parts.filter((part) => part.startsWith("@modelcontextprotocol/") || part === "jsonc-parser"),
    [],
  );
  assert.ok(kilobytes("dist/connect.cjs") <= 104, `${kilobytes("dist/connect.cjs")} kB`);
});

test("what lists the gateways of an AWS account comes when somebody chooses there, with no reader of JSON, and at most 50 kB", () => {
  assert.deepEqual(partsOf("choose.cjs"), [
    "src/agentcore",
    "src/choose.ts",
    "src/connections",
    "src/failures",
    "src/lib",
    "src/vscode",
  ]);
  assert.ok(kilobytes("dist/choose.cjs") <= 50, `${kilobytes("dist/choose.cjs")} kB`);
});

test("what asks a provider for something comes with the first sign-in, renewal or sign-out, and at most 146 kB", () => {
  assert.deepEqual(partsOf("signIn.cjs"), [
    "jose",
    "oauth4webapi",
    "src/agentcore",
    "src/connections",
    "src/failures",
    "src/lib",
    "src/node",
    "src/oauth",
    "src/policy",
    "src/system",
  ]);
  assert.ok(kilobytes("dist/signIn.cjs") <= 146, `${kilobytes("dist/signIn.cjs")} kB`);
});

test("what changes hosts' files comes where there is an entry in one, with no more of sign-in than settings name, and at most 60 kB", () => {
  assert.deepEqual(partsOf("mcpJson.cjs"), [
    "jsonc-parser",
    "src/connections",
    "src/failures",
    "src/hosts",
    "src/lib",
    "src/mcpJson.ts",
    "src/node",
    "src/oauth",
    "src/system",
  ]);
  assert.ok(kilobytes("dist/mcpJson.cjs") <= 60, `${kilobytes("dist/mcpJson.cjs")} kB`);
  assert.deepEqual(
    filesOf("mcpJson.cjs").filter((file) => file.startsWith("src/oauth/")),
    [
      "src/oauth/clientMetadata/publishedRedirects.ts",
      "src/oauth/identityProviders/identityProviderIds.ts",
      "src/oauth/signIn/signInFlow.ts",
      "src/oauth/workload/workloadIdentity.ts",
    ],
  );
});

test("what reads TOML comes where a host's file is one, by itself, and at most 60 kB", () => {
  assert.deepEqual(partsOf("toml.cjs"), [
    "eslint-visitor-keys",
    "jsonc-parser",
    "src/failures",
    "src/hosts",
    "src/lib",
    "toml-eslint-parser",
  ]);
  for (const bundle of ["mcpJson.cjs", "uninstall.cjs"]) {
    assert.equal(partsOf(bundle).includes("toml-eslint-parser"), false, bundle);
    assert.match(readFileSync(`dist/${bundle}`, "utf8"), /import\("\.\/toml\.cjs"\)/, bundle);
  }
  assert.ok(kilobytes("dist/toml.cjs") <= 60, `${kilobytes("dist/toml.cjs")} kB`);
});

test("the first connection loads the relay and its SDK, and at most 900 kB", () => {
  const parts = partsOf("relay.cjs");
  assert.deepEqual(
    {
      ours: parts.filter((part) => part.startsWith("src/")),
      sdk: parts.filter((part) => part.startsWith("@modelcontextprotocol/")),
      provider: parts.includes("oidc-provider"),
    },
    {
      ours: ["src/agentcore", "src/connections", "src/failures", "src/lib", "src/mcp", "src/relay", "src/relay.ts"],
      sdk: ["@modelcontextprotocol/client", "@modelcontextprotocol/core", "@modelcontextprotocol/server"],
      provider: false,
    },
  );
  assert.ok(kilobytes("dist/relay.cjs") <= 900, `${kilobytes("dist/relay.cjs")} kB`);
});

test("what Explain Access needs comes by itself when it is asked for, without the MCP SDK, and at most 287 kB", () => {
  assert.deepEqual(partsOf("explain.cjs"), [
    "jose",
    "jsonc-parser",
    "oauth4webapi",
    "src/agentcore",
    "src/connections",
    "src/diagnosis",
    "src/explain.ts",
    "src/failures",
    "src/hosts",
    "src/lib",
    "src/node",
    "src/oauth",
    "src/system",
  ]);
  assert.ok(kilobytes("dist/explain.cjs") <= 287, `${kilobytes("dist/explain.cjs")} kB`);
});

test("what concerns hosts' files comes with the first command on them, without the MCP SDK, and at most 117 kB", () => {
  const parts = partsOf("upkeep.cjs");
  assert.deepEqual(
    parts.filter((part) => part.startsWith("@modelcontextprotocol/") || part === "jsonc-parser"),
    [],
  );
  assert.ok(kilobytes("dist/upkeep.cjs") <= 117, `${kilobytes("dist/upkeep.cjs")} kB`);
});

test("what is told of this machine comes with diagnostics, without the MCP SDK and formats of hosts, and at most 60 kB", () => {
  const parts = partsOf("machine.cjs");
  assert.deepEqual(
    parts.filter((part) => part.startsWith("@modelcontextprotocol/") || part === "src/hosts"),
    [],
  );
  assert.ok(kilobytes("dist/machine.cjs") <= 60, `${kilobytes("dist/machine.cjs")} kB`);
});

test("the socket comes when an editor or a host asks for a server, with nothing of sign-in, and at most 20 kB", () => {
  assert.deepEqual(partsOf("socket.cjs"), [
    "src/failures",
    "src/lib",
    "src/mcp",
    "src/node",
    "src/socket.ts",
    "src/system",
  ]);
  assert.ok(kilobytes("dist/socket.cjs") <= 20, `${kilobytes("dist/socket.cjs")} kB`);
});

test("what programs share comes where somebody shares a sign-in, with nothing of hosts or MCP, and is at most 56 kB", () => {
  assert.deepEqual(partsOf("sharing.cjs"), [
    "jose",
    "src/connections",
    "src/failures",
    "src/lib",
    "src/node",
    "src/oauth",
    "src/sharing.ts",
    "src/system",
    "src/vscode",
  ]);
  assert.ok(kilobytes("dist/sharing.cjs") <= 56, `${kilobytes("dist/sharing.cjs")} kB`);
});

test("the view of all gateways comes when it is first seen, without the MCP SDK, and at most 127 kB", () => {
  assert.deepEqual(partsOf("view.cjs"), [
    "src/connections",
    "src/failures",
    "src/hosts",
    "src/lib",
    "src/mcp",
    "src/oauth",
    "src/policy",
    "src/view.ts",
    "src/vscode",
  ]);
  assert.ok(kilobytes("dist/view.cjs") <= 127, `${kilobytes("dist/view.cjs")} kB`);
});

test("Gateway Settings come when somebody opens them, with no reader of JSON, and at most 33 kB", () => {
  assert.deepEqual(partsOf("settings.cjs"), [
    "src/connections",
    "src/failures",
    "src/lib",
    "src/oauth",
    "src/settings.ts",
    "src/vscode",
  ]);
  assert.ok(kilobytes("dist/settings.cjs") <= 33, `${kilobytes("dist/settings.cjs")} kB`);
});

test("what looks at traffic comes when somebody looks, and is at most 100 kB", () => {
  assert.deepEqual(
    partsOf("traffic.cjs").filter((part) => part.startsWith("@modelcontextprotocol/") || part === "jsonc-parser"),
    [],
  );
  assert.ok(kilobytes("dist/traffic.cjs") <= 100, `${kilobytes("dist/traffic.cjs")} kB`);
});

test("the bridge is a pipe and nothing else: one file of at most 15 kB", () => {
  assert.deepEqual(partsOf("bridge.cjs"), ["src/bridge.ts"]);
  assert.ok(kilobytes("dist/bridge.cjs") <= 15, `${kilobytes("dist/bridge.cjs")} kB`);
});

test("the gateway is a program of its own with nothing of the editor or the sandbox, and at most 900 kB", () => {
  const parts = partsOf("gateway.mjs");
  assert.deepEqual(
    parts.filter((part) => part.startsWith("src/") || part === "oidc-provider"),
    // Of failures their codes alone, for a disk that takes no file.
    ["src/agentcore", "src/failures", "src/gateway", "src/gateway.ts", "src/lib", "src/mcp", "src/system"],
  );
  assert.ok(kilobytes("dist/gateway.mjs") <= 900, `${kilobytes("dist/gateway.mjs")} kB`);
});

test("Cedar's engine is apart from the programs that load it: nothing of it is in the gateway, and it has at most 1.3 MB", () => {
  const engine = "@cedar-policy/cedar-wasm";
  assert.deepEqual(partsOf("cedar.cjs"), [engine]);
  for (const program of ["gateway.mjs", "sandbox.mjs", "extension.cjs"]) {
    assert.equal(partsOf(program).includes(engine), false, program);
  }
  assert.ok(kilobytes("dist/cedar_wasm_bg.wasm.br") <= 1300, `${kilobytes("dist/cedar_wasm_bg.wasm.br")} kB`);
});

test("what reads YAML is apart from the gateway, which loads it for a description in it, and has at most 120 kB", () => {
  assert.deepEqual(partsOf("yaml.cjs"), ["yaml"]);
  assert.equal(partsOf("gateway.mjs").includes("yaml"), false);
  assert.ok(kilobytes("dist/yaml.cjs") <= 120, `${kilobytes("dist/yaml.cjs")} kB`);
});

// 1.1 MB of it is Cedar's engine.
test("the VSIX has at most 4 MB", async () => {
  const path = await packageVsix({ isBuilt: isBuilt() });
  assert.ok(kilobytes(path) <= 4000, `${kilobytes(path)} kB`);
});
