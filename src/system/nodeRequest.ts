import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServedRequest } from "../lib/servedHttp.ts";

export interface ReadLimits {
  readonly maxBodyBytes: number;
  /** Headers that whoever answers has no business with, by names in lower case. */
  readonly hidden: ReadonlySet<string>;
}

/** Whether a request came whole, or its body exceeded the limit and was discarded, so that the answer can be 413. */
export interface WholeRequest {
  readonly request: ServedRequest;
  readonly isTooLarge: boolean;
}

/**
 * Reads a request to Node's server.
 *
 * Bytes beyond the limit are read and discarded, since an answer before the end of the body would not reach a client that is
 * still sending.
 *
 * @throws Error when the connection ends before the body does
 */
export async function wholeRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { maxBodyBytes, hidden }: ReadLimits,
): Promise<WholeRequest> {
  const request = new NodeRequest(incoming, outgoing, hidden);
  const body = await readBody(incoming, maxBodyBytes);
  if (body !== undefined) request.body = body;
  return { request, isTooLarge: body === undefined };
}

class NodeRequest implements ServedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: ServedRequest["headers"];
  body: Uint8Array = nothing;
  isOver = false;
  readonly #whenOver: (() => void)[] = [];
  #signal: AbortController | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, hidden: ReadonlySet<string>) {
    this.method = incoming.method ?? "GET";
    this.target = incoming.url ?? "/";
    this.headers = {
      get: (name) => headerOf(incoming, name.toLowerCase(), hidden),
      names: () => Object.keys(incoming.headers).filter((name) => !hidden.has(name)),
    };
    outgoing.once("close", () => {
      this.isOver = true;
      for (const act of this.#whenOver) act();
      this.#signal?.abort(connectionEnded);
    });
  }

  onOver(act: () => void): void {
    if (this.isOver) act();
    else this.#whenOver.push(act);
  }

  get signal(): AbortSignal {
    this.#signal ??= new AbortController();
    if (this.isOver) this.#signal.abort(connectionEnded);
    return this.#signal.signal;
  }
}

const nothing = new Uint8Array(0);

/** One for all requests: without a reason of ours each abort would make an error with a stack of its own. */
const connectionEnded = new Error("the connection ended");

function headerOf({ headers }: IncomingMessage, name: string, hidden: ReadonlySet<string>): string | null {
  const value = Object.hasOwn(headers, name) && !hidden.has(name) ? headers[name] : undefined;
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(", ") : value;
}

/**
 * The `Authorization` of a request. Of two Node keeps the first, while a proxy may have checked the second. Joined, they are
 * invalid credentials, so that neither counts.
 */
export function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | null {
  if (headers.authorization === undefined) return null;
  const given = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "authorization");
  return given.join(", ");
}

/** @returns `undefined` for a body that exceeds the limit */
function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  return new Promise((resolve, reject) => {
    incoming.once("end", () => {
      if (bytes > maxBytes) resolve(undefined);
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    incoming.once("error", reject);
    // A connection may close in the middle of a body without an error.
    incoming.once("close", () => incoming.readableEnded || reject(new Error("the body did not come whole")));
  });
}
