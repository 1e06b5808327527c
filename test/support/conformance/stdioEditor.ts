/** The MCP SDK that an editor is built on: the one that editors of today have, or the one after it. */
export type EditorSdk = "v1" | "v2";

/** A program that speaks MCP on its standard streams, as an entry of an mcp.json has it. */
export interface StdioProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A tool as far as a scenario looks at it. */
export interface ListedTool {
  readonly name: string;
  readonly inputSchema: { readonly properties?: object | undefined; readonly required?: readonly string[] | undefined };
}

/** What an editor does with a server, the same for both SDKs. */
export interface EditorClient {
  listTools(): Promise<{ tools: ListedTool[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<Record<string, unknown>>;
  getServerCapabilities(): { resources?: unknown; prompts?: unknown } | undefined;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  readResource(of: { uri: string }): Promise<unknown>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(of: { name: string }): Promise<unknown>;
  close(): Promise<void>;
}

const editor = { name: "some-editor", version: "1.0.0" };
const capabilities = { elicitation: { form: { applyDefaults: true } } };

/** Whoever is asked agrees, and leaves each field as it is. */
const agree = () => ({ action: "accept" as const, content: {} });

/**
 * Starts a program as an editor does that is built on the SDK.
 *
 * An editor on v2 speaks 2026-07-28 where the program does: it asks a program of its own for that, which it starts and
 * ends before.
 *
 * @param onWords what the program told people
 */
export async function startStdioEditor(
  sdk: EditorSdk,
  { command, args, env }: StdioProgram,
  onWords: (words: string) => void,
): Promise<EditorClient> {
  const start = { command, args: [...args], env: { ...env }, stderr: "pipe" as const };
  // Each is loaded where it is used: a process for each scenario has to be quick.
  if (sdk === "v1") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const { ElicitRequestSchema } = await import("@modelcontextprotocol/sdk/types.js");
    const client = new Client(editor, { capabilities });
    client.setRequestHandler(ElicitRequestSchema, agree);
    const transport = new StdioClientTransport(start);
    transport.stderr?.on("data", (chunk) => onWords(String(chunk)));
    await client.connect(transport);
    return client;
  }
  const { Client } = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const client = new Client(editor, { capabilities, versionNegotiation: { mode: "auto" } });
  client.setRequestHandler("elicitation/create", agree);
  const transport = new StdioClientTransport(start);
  transport.stderr?.on("data", (chunk) => onWords(String(chunk)));
  await client.connect(transport);
  return client;
}
