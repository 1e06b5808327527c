import { inputRequired, Server, type ServerContext } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";

/**
 * An MCP server on stdio: `pid` says which process it is and what it was given, `exit` ends it in the middle, `burst`
 * tells progress and the answer in one piece, `ask` asks the caller what it was given and says what it heard. With the
 * argument `modern` it speaks nothing but 2026-07-28; `says …` is what it says on its standard error.
 */
const makeServer = () => {
  const server = new Server({ name: "process", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/call", async ({ params }, ctx) => await answer(params.name, params.arguments, ctx));
  return server;
};

async function answer(name: string, given: Record<string, unknown> | undefined, { mcpReq }: ServerContext) {
  if (name === "exit") process.exit(1);
  if (name === "burst") {
    const progress = { progressToken: mcpReq._meta?.progressToken, progress: 1 };
    const both = [
      { jsonrpc: "2.0", method: "notifications/progress", params: progress },
      { jsonrpc: "2.0", id: mcpReq.id, result: { content: [{ type: "text", text: "done" }] } },
    ];
    process.stdout.write(both.map((message) => `${JSON.stringify(message)}\n`).join(""));
    return await new Promise<never>(() => {});
  }
  if (name === "ask") {
    const answer = mcpReq.inputResponses?.it as { content?: { it?: string } } | undefined;
    const text = JSON.stringify({ pid: process.pid, said: answer?.content?.it });
    if (answer !== undefined) return { content: [{ type: "text" as const, text }] };
    const requestedSchema = { type: "object" as const, properties: { it: { type: "string" as const } } };
    return inputRequired({
      inputRequests: { it: inputRequired.elicit({ message: String(given?.it), requestedSchema }) },
    });
  }
  const said = { pid: process.pid, own: process.env.OWN_SECRET, ours: process.env.SECRET_OF_GATEWAY };
  return { content: [{ type: "text" as const, text: JSON.stringify(said) }] };
}

for (const said of process.argv) if (said.startsWith("says ")) process.stderr.write(`${said.slice(5)}\n`);

if (process.argv.includes("modern")) serveStdio(makeServer, { legacy: "reject" });
else await makeServer().connect(new StdioServerTransport());
