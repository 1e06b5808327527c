import { createInterface } from "node:readline";

/**
 * A program that answers a host from memory, and does nothing else: what Node and the host take by themselves of a start,
 * of memory and of a large result.
 */
const tools = ["sample___add", "bench___large"].map((name) => ({ name, inputSchema: { type: "object" } }));
let large: { readonly bytes: number; readonly result: Buffer } | undefined;

interface Asked {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string; readonly arguments?: { readonly bytes?: number } };
}

const textResult = (text: string): Buffer => Buffer.from(JSON.stringify({ content: [{ type: "text", text }] }));

function resultOf({ method, params }: Asked): string | Buffer {
  if (method === "initialize") {
    const { protocolVersion } = params ?? {};
    const serverInfo = { name: "empty", version: "1.0.0" };
    return JSON.stringify({ protocolVersion, capabilities: { tools: {} }, serverInfo });
  }
  if (method === "tools/list") return JSON.stringify({ tools });
  const bytes = params?.arguments?.bytes;
  if (bytes === undefined) return textResult("5");
  if (large?.bytes !== bytes) large = { bytes, result: textResult("0".repeat(bytes)) };
  return large.result;
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as Asked;
  if (asked.id === undefined) continue;
  process.stdout.cork();
  process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(asked.id)},"result":`);
  process.stdout.write(resultOf(asked));
  process.stdout.write("}\n");
  process.stdout.uncork();
}
