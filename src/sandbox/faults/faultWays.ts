import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";

/** How a request may go wrong, and what happens to it then. */
export const faultWays = {
  down: "the server stops listening, until the fault is taken back",
  reset: "the connection is reset, and the request is not handled",
  lost: "the request is handled, and the connection cut before a byte of the answer",
  cut: "the connection is cut in the middle of the answer",
  slow: "the request is handled, and its answer held back for a minute, or until the fault is taken back",
  "500": "the answer is the status 500, and the request is not handled",
  "503": "the answer is the status 503, and the request is not handled",
  html: "the answer is a page, as of a portal or a proxy, and the request is not handled",
} as const;

export type FaultWay = keyof typeof faultWays;

/** How long a slow answer takes, in milliseconds: longer than anybody waits for a document or a token. */
const SLOW_MS = 60_000;

const PAGE = "<!doctype html><title>Portal</title><h1>A page of some proxy</h1>";

export interface FaultyRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Lets it be handled. */
  readonly handle: () => void;
  /** Called with what to do when the fault is taken back. */
  readonly onTakenBack: (act: () => Promise<void> | void) => void;
}

/** Lets a request go wrong. */
export function goWrong(way: FaultWay, faulty: FaultyRequest): void {
  acts[way](faulty);
}

const acts: Readonly<Record<FaultWay, (faulty: FaultyRequest) => void>> = {
  down: shut,
  reset: ({ request }) => void request.socket.resetAndDestroy(),
  lost({ request: { socket }, response, handle }) {
    holdAnswer(socket);
    response.once("prefinish", () => socket.destroy());
    // A stream without end is lost when it begins.
    onBeginning(response, () => isStream(response) && setImmediate(() => socket.destroy()));
    handle();
  },
  cut({ response, handle }) {
    cutAnswer(response);
    handle();
  },
  slow({ request: { socket }, response, handle, onTakenBack }) {
    const letOut = holdAnswer(socket);
    const late = setTimeout(letOut, SLOW_MS);
    onTakenBack(letOut);
    response.once("close", () => clearTimeout(late));
    handle();
  },
  500: (faulty) => answer(faulty, 500, "application/json", '{"error":"server_error"}'),
  503: (faulty) => answer(faulty, 503, "application/json", '{"error":"temporarily_unavailable"}'),
  html: (faulty) => answer(faulty, 200, "text/html; charset=utf-8", PAGE),
};

function answer({ request, response }: FaultyRequest, status: number, contentType: string, body: string): void {
  request.resume();
  response.writeHead(status, { "content-type": contentType });
  response.end(body);
}

function shut({ request: { socket }, onTakenBack }: FaultyRequest): void {
  const { server } = socket as Socket & { readonly server?: Server & { closeAllConnections?(): void } };
  const address = server?.address();
  if (!server || typeof address !== "object" || address === null) return void socket.resetAndDestroy();
  const { port, address: host } = address;
  server.close();
  server.closeAllConnections?.();
  socket.destroy();
  onTakenBack(
    () =>
      new Promise((listening, failed) => {
        server.once("error", failed);
        server.listen(port, host, () => {
          server.off("error", failed);
          listening();
        });
      }),
  );
}

/** @returns lets out what was held back. Corking a socket would not do: the end of an answer takes that back. */
function holdAnswer(socket: Socket): () => void {
  const held: Parameters<Socket["write"]>[] = [];
  const { write } = socket;
  socket.write = ((...args: Parameters<Socket["write"]>) => held.push(args) > 0) as typeof write;
  return () => {
    socket.write = write;
    for (const args of held.splice(0)) socket.write(...args);
  };
}

const isStream = (response: ServerResponse): boolean =>
  String(response.getHeader("content-type")).startsWith("text/event-stream") && response.req.method === "GET";

function onBeginning(response: ServerResponse, act: () => void): void {
  const { writeHead } = response;
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    const answer = writeHead.apply(response, args);
    act();
    return answer;
  }) as typeof writeHead;
}

/** Lets the head of an answer out, and half of the first piece of its body. */
function cutAnswer(response: ServerResponse): void {
  const { socket } = response.req;
  const write = response.write.bind(response) as (piece: unknown, done: () => void) => boolean;
  const cut = (piece: unknown): boolean => {
    const bytes = Buffer.from(typeof piece === "string" || piece instanceof Uint8Array ? piece : "");
    if (bytes.length === 0) return !socket.destroy();
    write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => setImmediate(() => socket.destroy()));
    return true;
  };
  response.write = cut as typeof response.write;
  response.end = ((piece: unknown) => {
    cut(piece);
    return response;
  }) as typeof response.end;
}
