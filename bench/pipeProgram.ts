import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { createConnection, createServer } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/**
 * Programs that hand on what a host and a gateway say to each other, read none of it, and look after no token: what the
 * way itself takes, with a gateway at its end. `gateway` is one program, `bridge` hands on to a process that `window` is.
 */
const [way, path = ""] = process.argv.slice(2);
const { BENCH_GATEWAY: gatewayUrl = "", BENCH_TOKEN: token = "" } = process.env;
const kept = new Agent({ keepAlive: true });

interface Answer {
  readonly headers: IncomingHttpHeaders | Headers;
  readonly body: AsyncIterable<Uint8Array>;
}
type Ask = (line: string, headers: Record<string, string>) => Promise<Answer>;

const byNode: Ask = (line, headers) =>
  new Promise((resolve, reject) => {
    httpRequest(gatewayUrl, { method: "POST", headers, agent: kept }, (answer) =>
      resolve({ headers: answer.headers, body: answer }),
    )
      .once("error", reject)
      .end(line);
  });

/** As a window of an editor has to. */
const byFetch: Ask = async (line, headers) => {
  const answer = await fetch(gatewayUrl, { method: "POST", headers, body: line });
  return { headers: answer.headers, body: answer.body as unknown as AsyncIterable<Uint8Array> };
};

const headerOf = ({ headers }: Answer, name: string): string | undefined => {
  const value = headers instanceof Headers ? (headers.get(name) ?? undefined) : headers[name];
  return typeof value === "string" ? value : undefined;
};

async function handOn(input: Readable, output: Writable, ask: Ask): Promise<void> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  for await (const line of createInterface({ input })) {
    const answer = await ask(line, headers);
    const session = headerOf(answer, "mcp-session-id");
    if (session !== undefined) headers["mcp-session-id"] = session;
    await write(answer, output);
  }
}

/** A body of JSON as it comes, and of an event the line that has its data. */
async function write(answer: Answer, output: Writable): Promise<void> {
  const isEvent = headerOf(answer, "content-type")?.startsWith("text/event-stream") === true;
  const parts: Uint8Array[] = [];
  for await (const part of answer.body) parts.push(part);
  if (parts.length === 0) return;
  const bytes = Buffer.concat(parts);
  output.cork();
  output.write(isEvent ? dataOf(bytes) : bytes);
  output.write("\n");
  output.uncork();
}

function dataOf(event: Buffer): Buffer {
  const start = event.indexOf("data:") + "data:".length;
  const end = event.indexOf("\n", start);
  return event.subarray(start, end < 0 ? undefined : end);
}

if (way === "gateway") await handOn(process.stdin, process.stdout, byNode);
else if (way === "bridge") {
  const window = createConnection(path);
  process.stdin.pipe(window).pipe(process.stdout);
} else {
  const server = createServer((caller) => {
    handOn(caller, caller, byFetch).catch(() => caller.destroy());
  });
  server.listen(path, () => process.send?.("ready"));
  process.once("disconnect", () => process.exit());
}
