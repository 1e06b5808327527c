import { rmSync } from "node:fs";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import type { PlayedScenario, ScenarioContext } from "./scenarioContext.ts";
import { type EditorClient, type EditorSdk, type ListedTool, startStdioEditor } from "./stdioEditor.ts";

/**
 * The client that `@modelcontextprotocol/conformance` starts for each scenario: an editor over stdio, with
 * `dist/standalone.mjs` as its MCP server, `dist/bridge.cjs` and a window with the extension behind it, or the peer.
 *
 * Arguments: the Node for the program under test, `standalone`, `bridge` or `mcp-remote`, the editor's SDK, and the address of the
 * scenario's MCP server. What else a scenario is about is in the environment. It prints the names of tools that answered
 * with an error, one a line, and ends with 1 when something else did not work.
 */

/** Before the suite's own limit, so that no process of ours outlives the scenario. */
const patienceMs = 60_000;

const [node = "", way = "", sdk = "", url = ""] = process.argv.slice(2);
const home = makeTemporaryFolder("conformance-home");
const scenario: PlayedScenario = {
  name: process.env.MCP_CONFORMANCE_SCENARIO ?? "",
  context: JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}") as ScenarioContext,
  ...{ url, node, home },
};

/** What ends the play, the last thing first. */
const ends: (() => Promise<unknown>)[] = [];
try {
  const timer = setTimeout(() => giveUp(), patienceMs);
  await play();
  clearTimeout(timer);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await endAll();
  rmSync(home, { recursive: true, force: true });
}
process.exit();

async function play(): Promise<void> {
  let said = "";
  ends.push(async () => console.error(said));
  const client = await startStdioEditor(sdk as EditorSdk, await program(), (words) => {
    said += words;
  });
  ends.push(() => client.close());
  await use(client);
}

async function program() {
  if (way === "mcp-remote") {
    const { mcpRemoteProgram } = await import("./mcpRemoteProgram.ts");
    return await mcpRemoteProgram(scenario);
  }
  if (way !== "bridge") {
    const { standaloneProgram } = await import("./standaloneProgram.ts");
    return await standaloneProgram(scenario);
  }
  const { bridgeProgram } = await import("./bridgeProgram.ts");
  const bridge = await bridgeProgram(scenario);
  ends.push(async () => {
    await bridge.stop();
    console.error(bridge.told());
  });
  return bridge;
}

/** Does what somebody could do in an editor: looks at what the server has, and uses each thing. */
async function use(client: EditorClient): Promise<void> {
  const { tools } = await client.listTools();
  // The server of one scenario lists a tool that it does not have.
  const calls = scenario.name === "json-schema-ref-no-deref" ? [] : tools.map((tool) => callOf(tool, tools));
  for (const call of scenario.context.toolCalls ?? calls) {
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

function callOf(tool: ListedTool, all: readonly ListedTool[]): { name: string; arguments: Record<string, unknown> } {
  const { properties = {}, required = [] } = tool.inputSchema;
  const types = properties as Readonly<Record<string, { readonly type?: string }>>;
  const values: Readonly<Record<string, unknown>> = { string: "text", number: 1, integer: 1, boolean: true, array: [] };
  const given = required.map((name) => {
    // A tool that wants a schema is sent the one of its neighbour, as it came through.
    if (name === "schema") return [name, all.find((other) => other !== tool)?.inputSchema];
    return [name, values[String(types[name]?.type)] ?? {}];
  });
  return { name: tool.name, arguments: Object.fromEntries(given) };
}

async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

function giveUp(): void {
  console.error(`not done after ${patienceMs} ms`);
  process.exitCode = 1;
  void endAll().finally(() => process.exit());
}
