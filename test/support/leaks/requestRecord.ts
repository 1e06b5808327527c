import { type IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  /** The port of the server that was asked, or the path of its socket. */
  readonly server: number | string;
  readonly method: string;
  readonly url: string;
  /** As they came: names and values in turn. */
  readonly headers: readonly string[];
  /** As far as the server has read it. */
  body(): string;
}

/** Records every request to any server of this process, also those for tunnels and upgrades, until `stop`. */
export function recordRequests(): { readonly requests: readonly RecordedRequest[]; stop(): void } {
  const requests: RecordedRequest[] = [];
  const { emit } = Server.prototype;
  Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
    if (event === "request" || event === "connect" || event === "upgrade") {
      requests.push(recorded(this, args[0] as IncomingMessage));
    }
    return Reflect.apply(emit, this, [event, ...args]);
  } as typeof emit;
  return {
    requests,
    stop() {
      Server.prototype.emit = emit;
    },
  };
}

function recorded(server: Server, request: IncomingMessage): RecordedRequest {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (chunk) chunks.push(Buffer.from(chunk));
    return push(chunk, encoding);
  };
  const address = server.address() as AddressInfo | string | null;
  return {
    server: typeof address === "string" ? address : (address?.port ?? 0),
    method: request.method ?? "",
    url: request.url ?? "",
    headers: request.rawHeaders,
    body: () => Buffer.concat(chunks).toString("latin1"),
  };
}

/** The whole of a request, as text. */
export const textOf = (request: RecordedRequest): string =>
  [`${request.method} ${request.url}`, ...request.headers, request.body()].join("\n");

/** What is secret in requests for tokens, by the name of the form's field (RFC 6749, 7521, 7636, 8628, 8693). */
const secretFields: Readonly<Record<string, string>> = {
  code: "authorization code",
  code_verifier: "verifier",
  client_secret: "client secret",
  client_assertion: "client assertion",
  assertion: "assertion",
  subject_token: "subject token",
  device_code: "device code",
  refresh_token: "refresh token",
};

/** The secrets that stand in a request for tokens. */
export function secretsIn(request: RecordedRequest): readonly { readonly kind: string; readonly value: string }[] {
  const form = new URLSearchParams(request.body());
  const found = Object.entries(secretFields).flatMap(([name, kind]) =>
    form.getAll(name).map((value) => ({ kind, value })),
  );
  for (let at = 0; at < request.headers.length; at += 2) {
    const [, encoded] = /^Basic (.+)$/i.exec(request.headers[at + 1] ?? "") ?? [];
    if (encoded === undefined) continue;
    const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
    found.push({ kind: "credential in a header", value: password });
  }
  return found.filter(({ value }) => value.length >= 8);
}
