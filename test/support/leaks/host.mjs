import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

/** A host of today as a process of its own, which starts an entry, calls a tool, says what came, and waits to be ended. */
const [command = "", ...args] = process.argv.slice(2);
const client = new Client({ name: "a-host", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: "inherit" }));
const call = async () => {
  const answer = await client.callTool({ name: "sample___whoami", arguments: {} });
  process.stdout.write(`${JSON.stringify(answer.content)}\n`);
};
await call();
process.stdin.once("data", () => void call());
process.stdin.once("end", () => void client.close().then(() => process.exit(0)));
