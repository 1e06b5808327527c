import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A running proxy, and its end. */
export interface NamesWithoutTarget {
  readonly url: string;
  stop(): Promise<void>;
}

type Json = Record<string, unknown>;

/**
 * Stands between the conformance suite and a gateway, and changes two things only:
 *
 * - The suite calls tools and prompts by fixed names, which the gateway has under `target___name`. So names are given
 *   that prefix on the way in, in the message and in the header that repeats it, and lose it on the way out, in lists.
 * - The suite has no token. Every request gets one.
 *
 * All else passes as it came, `Host`, `Origin` and whatever is wrong with a message among it, since it is under test.
 *
 * @param target the gateway's name for the target whose tools are meant
 */
export async function namesWithoutTarget(
  gatewayUrl: string,
  target: string,
  token: () => Promise<string>,
): Promise<NamesWithoutTarget> {
  const prefix = `${target}___`;
  const proxy = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = renamed(Buffer.concat(chunks), prefix);
    const headers = headersFor(incoming.headers, prefix);
    const onward = httpRequest(
      new URL(incoming.url ?? "/", gatewayUrl),
      {
        method: incoming.method,
        headers: { ...headers, authorization: `Bearer ${await token()}`, ...lengthOf(body, incoming.headers) },
        setHost: false,
      },
      (answer) => {
        const { "content-length": _, ...answered } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, answered);
        outgoing.flushHeaders();
        let rest = "";
        answer.setEncoding("utf8");
        answer.on("data", (text: string) => {
          // An event, or a whole answer, is on one line.
          const lines = (rest + text).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) outgoing.write(`${withoutPrefix(line, prefix)}\n`);
        });
        answer.on("end", () => outgoing.end(withoutPrefix(rest, prefix)));
      },
    );
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}${new URL(gatewayUrl).pathname}`,
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

const named = new Set(["tools/call", "prompts/get"]);

/** The message with the names that the gateway knows; whatever is no message stays as it is. */
function renamed(body: Buffer, prefix: string): Buffer {
  let message: Json;
  try {
    message = JSON.parse(body.toString()) as Json;
  } catch {
    return body;
  }
  const params = message?.params as Json | undefined;
  if (named.has(String(message?.method)) && typeof params?.name === "string") {
    return Buffer.from(JSON.stringify({ ...message, params: { ...params, name: prefix + params.name } }));
  }
  const ref = params?.ref as Json | undefined;
  if (message?.method === "completion/complete" && ref?.type === "ref/prompt") {
    const full = { ...ref, name: `${prefix}${ref.name}` };
    return Buffer.from(JSON.stringify({ ...message, params: { ...params, ref: full } }));
  }
  return body;
}

function headersFor(headers: IncomingHttpHeaders, prefix: string): IncomingHttpHeaders {
  const { "content-length": _, "transfer-encoding": __, ...others } = headers;
  const name = headers["mcp-name"];
  const isNamed = named.has(String(headers["mcp-method"]).trim()) && typeof name === "string" && !/^=\?/.test(name);
  return isNamed ? { ...others, "mcp-name": name.replace(/\S/, (first) => prefix + first) } : others;
}

const lengthOf = (body: Buffer, headers: IncomingHttpHeaders) =>
  headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined
    ? { "content-length": body.length }
    : {};

/** A line of an answer, with the names in its list as the target has them. */
function withoutPrefix(line: string, prefix: string): string {
  const start = line.startsWith("data: ") ? "data: " : "";
  if (!line.includes(prefix)) return line;
  const message = JSON.parse(line.slice(start.length)) as { result?: Json };
  for (const list of ["tools", "prompts"]) {
    const items = message.result?.[list];
    if (!Array.isArray(items)) continue;
    for (const item of items as { name: string }[]) item.name = item.name.replace(prefix, "");
  }
  return start + JSON.stringify(message);
}
