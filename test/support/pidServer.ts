import { Server } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";

/** An MCP server on stdio that says which process it is and what it was given. */
const server = new Server({ name: "pid", version: "1" }, { capabilities: { tools: {} } });
server.setRequestHandler("tools/call", async () => ({
  content: [{ type: "text", text: JSON.stringify({ pid: process.pid, secret: process.env.SECRET_OF_TARGET }) }],
}));
await server.connect(new StdioServerTransport());
