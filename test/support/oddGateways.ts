import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that a person may take for a gateway. */
export interface OddServer {
  readonly url: string;
  readonly host: string;
  stop(): Promise<void>;
}

/** Takes requests and says nothing, until it is told to answer like a web page. */
export async function startSilentServer(): Promise<OddServer & { speak(): void }> {
  const waiting: ServerResponse[] = [];
  let speaks = false;
  const page = (response: ServerResponse) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<title>A page</title>");
  const server = await started((_, response) => {
    if (speaks) page(response);
    else waiting.push(response);
  });
  const speak = () => {
    speaks = true;
    for (const response of waiting.splice(0)) page(response);
  };
  return { ...server, speak };
}

/** Answers everything with a page for people. */
export const startWebPage = (): Promise<OddServer> =>
  started((_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<title>A page</title>"));

/** A gateway at another address that says nothing about where to sign in. */
export const startSilentAboutSignIn = (gatewayUrl: string): Promise<OddServer> =>
  started(async (request, response) => {
    if (request.url !== "/mcp") return void response.writeHead(404).end();
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
    const method = request.method ?? "POST";
    const body = method === "POST" ? await bodyOf(request) : null;
    const answer = await fetch(gatewayUrl, { method, headers: headers as Record<string, string>, body });
    const kept = Object.fromEntries(answer.headers);
    if (answer.status === 401) kept["www-authenticate"] = "Bearer";
    response.writeHead(answer.status, kept).end(Buffer.from(await answer.arrayBuffer()));
  });

async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

async function started(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<OddServer> {
  const server: Server = createServer(async (request, response) => {
    try {
      await answer(request, response);
    } catch {
      // The server behind it ended first.
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/mcp`,
    host,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
