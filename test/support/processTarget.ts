import { Server } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";

/** An MCP server on stdio: `pid` says which process it is and what it was given, `exit` ends it in the middle. */
const server = new Server({ name: "process", version: "1" }, { capabilities: { tools: {} } });
server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
  if (params.name === "exit") process.exit(1);
  if (params.name === "burst") {
    const progress = { progressToken: mcpReq._meta?.progressToken, progress: 1 };
    const both = [
      { jsonrpc: "2.0", method: "notifications/progress", params: progress },
      { jsonrpc: "2.0", id: mcpReq.id, result: { content: [{ type: "text", text: "done" }] } },
    ];
    process.stdout.write(both.map((message) => `${JSON.stringify(message)}\n`).join(""));
    return await new Promise(() => {});
  }
  const said = { pid: process.pid, own: process.env.OWN_SECRET, ours: process.env.SECRET_OF_GATEWAY };
  return { content: [{ type: "text", text: JSON.stringify(said) }] };
});
await server.connect(new StdioServerTransport());
