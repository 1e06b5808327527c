import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request as send } from "node:http";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";

/** The certificate of every server behind `startForwardProxy`, for `NODE_EXTRA_CA_CERTS`. */
export const testCertificate = fileURLToPath(new URL("./untrusted.pem", import.meta.url));

export interface ForwardProxy {
  readonly port: number;
  /** What it was asked for: `CONNECT gateway.test:443`, `GET http://target.test/`. */
  readonly asked: readonly string[];
}

export interface ForwardProxyOptions {
  /** Ports on this machine that names stand for; https is ended before them. */
  readonly hosts: Readonly<Record<string, number>>;
  /** `name:password`, without which it answers 407. */
  readonly credentials?: string;
}

/**
 * A company's proxy, the only one who knows where some names lead: it tunnels https (RFC 9110, 9.3.6) and forwards http.
 * It ends with the test.
 */
export async function startForwardProxy(
  t: TestContext,
  { hosts, credentials }: ForwardProxyOptions,
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const pem = readFileSync(testCertificate);
  const tlsPorts = new Map<string, number>();
  for (const [host, port] of Object.entries(hosts)) {
    const ended = createTlsServer({ cert: pem, key: pem }, (socket) => join(socket, connect(port, "127.0.0.1")));
    tlsPorts.set(`${host}:443`, await listening(t, ended));
  }
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const isRefused = ({ headers }: IncomingMessage) => wanted !== undefined && headers["proxy-authorization"] !== wanted;
  const proxy = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { hostname, pathname } = new URL(incoming.url ?? "");
    const port = hosts[hostname];
    if (isRefused(incoming) || port === undefined) return void outgoing.writeHead(port ? 407 : 502).end("proxy's page");
    const { method, headers } = incoming;
    const onward = send({ port, host: "127.0.0.1", path: pathname, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  proxy.on("connect", (incoming, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    const port = tlsPorts.get(incoming.url ?? "");
    if (isRefused(incoming) || port === undefined) {
      socket.end(`HTTP/1.1 ${port ? "407 Proxy Authentication Required" : "502 Bad Gateway"}\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    join(socket, connect(port, "127.0.0.1"));
  });
  return { port: await listening(t, proxy), asked };
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
  }
}
