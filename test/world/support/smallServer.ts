import type { TargetRpc } from "./target.ts";

type Json = Readonly<Record<string, unknown>>;

/** How an answer was seen to differ from what JSON-RPC and MCP have it be. */
export interface Bent {
  readonly set?: Json;
  readonly drop?: readonly string[];
  /** Members of the result with which the server introduces itself. */
  readonly introduction?: Json;
  /** The tools that it lists. */
  readonly tools?: readonly unknown[];
}

/** The answers of a server with a tool `echo`, without sessions and without anything else. */
const results: Json = {
  initialize: {
    protocolVersion: "2025-06-18",
    capabilities: { tools: {} },
    serverInfo: { name: "small", version: "1" },
  },
  "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" } }] },
  "tools/call": { content: [{ type: "text", text: "{}" }] },
  ping: {},
};

/**
 * What such a server answers to a message, bent.
 *
 * @returns undefined for a notification
 */
export function smallAnswer({ id, method = "" }: TargetRpc, bent: Bent = {}): Json | undefined {
  if (id === undefined) return undefined;
  const known = results[method];
  const more =
    method === "initialize" ? bent.introduction : method === "tools/list" && bent.tools && { tools: bent.tools };
  const said = known
    ? { result: { ...(known as Json), ...more } }
    : { error: { code: -32601, message: "Method not found" } };
  const answer: Record<string, unknown> = { jsonrpc: "2.0", id, ...said, ...(known !== undefined && bent.set) };
  for (const name of bent.drop ?? []) delete answer[name];
  return answer;
}

/** The same over HTTP. */
export function smallReply(
  { method, ...rpc }: TargetRpc & { readonly method?: string },
  bent?: Bent,
  write: (answer: Json) => Response = (answer) => Response.json(answer),
): Response {
  const answer = smallAnswer({ ...rpc, ...(method !== undefined && { method }) }, bent);
  return answer ? write(answer) : new Response(null, { status: method === undefined ? 405 : 202 });
}

/** The same as a process, as the file of the local gateway names one. */
export function smallProcess(bent: Bent): { readonly command: string; readonly args: readonly string[] } {
  const script = `
    const [results, bent] = JSON.parse(process.argv[1]);
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line);
      if (id === undefined) return;
      const known = results[method];
      const more = method === "initialize" ? bent.introduction : method === "tools/list" && bent.tools && { tools: bent.tools };
      const said = known ? { result: { ...known, ...more }, ...bent.set } : { error: { code: -32601, message: "Method not found" } };
      const answer = { jsonrpc: "2.0", id, ...said };
      for (const name of bent.drop ?? []) delete answer[name];
      process.stdout.write(JSON.stringify(answer) + "\\n");
    });`;
  return { command: process.execPath, args: ["-e", script, JSON.stringify([results, bent])] };
}
