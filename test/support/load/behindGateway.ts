import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { startTokenIssuer } from "../tokenIssuer.ts";

// A process of its own: the issuer of a gateway's tokens and the server behind it. Callers who keep their own process busy do not keep
// these from answering. It does what the lines of its standard input say, and says what came of it in a line of JSON.

/** A server behind the gateway that fails one call in so many, by an error, a reset, or a late answer. */
async function startFailing() {
  const faults: Record<string, number> = { error: 0, reset: 0, late: 0 };
  let calls = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== "POST") return void response.writeHead(405).end();
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (id === undefined) return void response.writeHead(202).end();
    const result = (value: object) =>
      response
        .writeHead(200, { "content-type": "application/json", "mcp-session-id": "a-session" })
        .end(JSON.stringify({ jsonrpc: "2.0", id, result: value }));
    const serverInfo = { name: "failing", version: "1" };
    if (method === "initialize") {
      return void result({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo });
    }
    if (method === "tools/list") return void result({ tools: [{ name: "echo", inputSchema: { type: "object" } }] });
    if (method !== "tools/call") return void result({});
    calls += 1;
    const fault = calls % 97 === 0 ? "error" : calls % 101 === 0 ? "reset" : calls % 89 === 0 ? "late" : undefined;
    if (fault !== undefined) faults[fault] = (faults[fault] ?? 0) + 1;
    if (fault === "error") return void response.writeHead(503).end("busy");
    if (fault === "reset") return void response.destroy();
    if (fault === "late") await new Promise((done) => setTimeout(done, 500));
    result({ content: [{ type: "text", text: String(params.arguments?.text) }] });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, faults };
}

const issuer = await startTokenIssuer();
const target = await startFailing();
const say = (line: object) => console.log(JSON.stringify(line));
/** Tokens outlive the run. */
const newToken = () => issuer.token({ exp: Math.floor(Date.now() / 1000) + 86_400 });
const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  // The keys change as they do where they are rotated: the one before stays for a while.
  async rotate() {
    await issuer.rotate("kept");
    return await newToken();
  },
  token: newToken,
  faults: async () => target.faults,
  reads: async () => issuer.reads,
};
let said = 0;
createInterface({ input: process.stdin }).on("line", async (act) => {
  const number = said++;
  say({ number, answer: await acts[act]?.() });
});
say({ ready: { discoveryUrl: issuer.discoveryUrl, url: target.url } });
