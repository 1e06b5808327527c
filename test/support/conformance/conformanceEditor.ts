import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ElicitRequestSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";
import { startStandalone } from "../standalone/startStandalone.ts";
import { freePorts } from "../webServer.ts";

/**
 * The client that `@modelcontextprotocol/conformance` starts for each scenario: an editor of today, the SDK's v1 client
 * over stdio, with `dist/standalone.mjs` as its MCP server and a browser that follows redirects.
 *
 * Arguments: the Node for the standalone, and the address of the scenario's MCP server. What else a scenario is about is
 * in the environment. It prints the names of tools that answered with an error, one a line, and ends with 1 when
 * something else did not work.
 */

/** What a scenario says about itself: what a person would have been given by whoever runs the server. */
interface ScenarioContext {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly private_key_pem?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
}

/** Before the suite's own limit, so that no process of ours outlives the scenario. */
const patienceMs = 60_000;

const [node = "", url = ""] = process.argv.slice(2);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}") as ScenarioContext;

const home = mkdtempSync(join(tmpdir(), "conformance-home-"));
let end: (() => Promise<void>) | undefined;
try {
  const timer = setTimeout(() => giveUp(), patienceMs);
  await play();
  clearTimeout(timer);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await end?.();
  rmSync(home, { recursive: true, force: true });
}
process.exit();

async function play(): Promise<void> {
  const standalone = await startStandalone(await standaloneArguments(), environment(), {
    node,
    script: [resolve(import.meta.dirname, "../../../dist/standalone.mjs")],
    capabilities: { elicitation: { form: { applyDefaults: true } } },
    // Whoever is asked agrees, and leaves each field as it is.
    prepare: (client) => client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: {} })),
  });
  end = async () => {
    await standalone.close();
    console.error(standalone.said());
  };
  await use(standalone.client);
}

/** Does what somebody could do in an editor: looks at what the server has, and uses each thing. */
async function use(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  // The server of one scenario lists a tool that it does not have.
  const calls = scenario === "json-schema-ref-no-deref" ? [] : tools.map((tool) => callOf(tool, tools));
  for (const call of context.toolCalls ?? calls) {
    const { isError, content } = await client.callTool(call);
    if (!isError) continue;
    console.log(call.name);
    console.error(call.name, content);
  }
  const { resources, prompts } = client.getServerCapabilities() ?? {};
  if (resources) {
    for (const { uri } of (await client.listResources()).resources) await client.readResource({ uri });
  }
  if (prompts) {
    for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name });
  }
}

function callOf(tool: Tool, all: readonly Tool[]): { name: string; arguments: Record<string, unknown> } {
  const { properties = {}, required = [] } = tool.inputSchema;
  const values: Readonly<Record<string, unknown>> = { string: "text", number: 1, integer: 1, boolean: true, array: [] };
  const given = required.map((name) => {
    // A tool that wants a schema is sent the one of its neighbour, as it came through.
    if (name === "schema") return [name, all.find((other) => other !== tool)?.inputSchema];
    return [name, values[String((properties[name] as { type?: string }).type)] ?? {}];
  });
  return { name: tool.name, arguments: Object.fromEntries(given) };
}

async function standaloneArguments(): Promise<readonly string[]> {
  const browser = [process.execPath, resolve(import.meta.dirname, "followRedirects.ts")];
  return [
    url,
    "--verbose",
    ...["--keychain", "off"],
    ...["--browser", browser.map((word) => `"${word}"`).join(" ")],
    // Scenarios run beside each other.
    ...["--redirect-port", (await freePorts(3)).join(",")],
    ...(scenario === "auth/basic-cimd"
      ? ["--client-metadata-url", "https://conformance-test.local/client-metadata.json"]
      : []),
    ...(scenario.startsWith("auth/client-credentials-") ? ["--client-credentials"] : []),
    ...(context.client_id === undefined ? [] : ["--client-id", context.client_id]),
    ...(context.client_secret === undefined ? [] : ["--client-secret", "env:CLIENT_SECRET"]),
    ...(context.private_key_pem === undefined ? [] : ["--client-key", "env:CLIENT_KEY"]),
  ];
}

/** A computer with a home and nothing in it. */
function environment(): Readonly<Record<string, string>> {
  const { PATH = "", SystemRoot } = process.env;
  return {
    PATH,
    ...(SystemRoot !== undefined && { SystemRoot }),
    ...{ HOME: home, USERPROFILE: home, LOCALAPPDATA: home, XDG_CACHE_HOME: join(home, "cache") },
    ...(context.client_secret !== undefined && { CLIENT_SECRET: context.client_secret }),
    ...(context.private_key_pem !== undefined && { CLIENT_KEY: context.private_key_pem }),
  };
}

function giveUp(): void {
  console.error(`not done after ${patienceMs} ms`);
  process.exitCode = 1;
  void Promise.resolve(end?.()).finally(() => process.exit());
}
