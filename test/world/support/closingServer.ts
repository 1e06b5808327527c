import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Respond } from "../../support/webServer.ts";

/** How a server speaks HTTP that closes its connection behind each answer, without a length, a date, or anything in pieces. */
export interface ClosingServer {
  readonly host: "127.0.0.1" | "::1";
  /** The version that its answers name (RFC 9112, 2.3). */
  readonly version: "1.0" | "1.1";
}

/** A server that was written by hand, as HTTP/1.0 has it (RFC 1945). It ends with the test. */
export async function startClosingServer(
  t: TestContext,
  respond: Respond,
  { host, version }: ClosingServer,
): Promise<{ readonly origin: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => {});
    answer(socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  t.after(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://${host === "::1" ? "[::1]" : host}:${port}`;
  return { origin, asked };

  async function answer(socket: Socket): Promise<void> {
    const { method, path, headers, body } = await requestOn(socket);
    asked.push(`${method} ${path}`);
    const response = await respond(new Request(`${origin}${path}`, { method, headers, ...(body !== "" && { body }) }));
    const fields = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`HTTP/${version} ${response.status} Said\r\n${fields}connection: close\r\n\r\n`);
    socket.end(Buffer.from(await response.arrayBuffer()));
  }
}

async function requestOn(socket: Socket) {
  let read = Buffer.alloc(0);
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    read = Buffer.concat([read, piece as Buffer]);
    const end = read.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const [line = "", ...fields] = read.subarray(0, end).toString("latin1").split("\r\n");
    const [method = "", path = ""] = line.split(" ");
    const headers = new Headers(
      fields.map((field): [string, string] => {
        const at = field.indexOf(":");
        return [field.slice(0, at), field.slice(at + 1).trim()];
      }),
    );
    const body = read.subarray(end + 4);
    if (body.length < Number(headers.get("content-length") ?? 0)) continue;
    return { method, path, headers, body: body.toString("utf8") };
  }
  throw new Error("the request ended before it was whole");
}
