import { gzipSync } from "node:zlib";
import { MAX_MESSAGE_BYTES } from "../../../src/lib/limits.ts";

/** An answer that is too much, or as much as is taken, and how much of it somebody took. */
export interface Exploding {
  readonly response: Response;
  /** In bytes on the wire. */
  sent(): number;
}

export interface Bomb {
  /** The method that it answers. */
  readonly method: "tools/call" | "tools/list";
  /** Whether it is an answer like any other, only large. */
  readonly isTaken?: boolean;
  answer(id: unknown): Exploding;
}

const PIECE = 64 * 1024;
const letters = Buffer.alloc(PIECE, "x");
const json = { "content-type": "application/json" };
const events = { "content-type": "text/event-stream" };

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent first, and what again and again behind it. */
  readonly first: string | Buffer;
  readonly again: () => string | Buffer;
  readonly last?: string;
  /** How much of `again` is sent, in bytes; without an end where it is not said. */
  readonly most?: number;
  /** How long to wait before each piece, in milliseconds. */
  readonly pauseMs?: number;
}

function sending({ headers, first, again, last = "", most = Number.POSITIVE_INFINITY, pauseMs }: Sending): Exploding {
  let sent = 0;
  let repeated = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const isFirst = sent === 0;
      const piece = Buffer.from(isFirst ? first : repeated < most ? again() : last);
      if (!isFirst) repeated += piece.length;
      sent += piece.length;
      controller.enqueue(piece);
      if (!isFirst && repeated >= most && piece.length < PIECE) controller.close();
    },
  });
  return { response: new Response(body, { headers }), sent: () => sent };
}

const head = (id: unknown) =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"`;
const tail = '"}]}}';
/** As much text as a message may have, but for a little. */
const LARGEST = MAX_MESSAGE_BYTES - 4 * PIECE;

const pageOf = (id: unknown, name: string, cursor: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id,
    result: {
      tools: [{ name, description: "x".repeat(1024 * 1024), inputSchema: { type: "object" } }],
      nextCursor: cursor,
    },
  });

/** Some pieces of a list of small tools. */
function smallTools(): string {
  const tool = () =>
    JSON.stringify({ name: `tool-${++tools}`, description: "x".repeat(250), inputSchema: { type: "object" } });
  return Array.from({ length: 200 }, () => `${tool()},`).join("");
}

let tools = 0;
let pages = 0;

/** By what they are. */
export const bombs: Readonly<Record<string, Bomb>> = {
  "a result as large as may be, in JSON": {
    method: "tools/call",
    isTaken: true,
    answer: (id) => sending({ headers: json, first: head(id), again: () => letters, last: tail, most: LARGEST }),
  },
  "a result as large as may be, in an event": {
    method: "tools/call",
    isTaken: true,
    answer: (id) =>
      sending({
        headers: events,
        first: `data: ${head(id)}`,
        again: () => letters,
        last: `${tail}\n\n`,
        most: LARGEST,
      }),
  },
  "a result without an end, in JSON": {
    method: "tools/call",
    answer: (id) => sending({ headers: json, first: head(id), again: () => letters }),
  },
  "a result without an end, in an event": {
    method: "tools/call",
    answer: (id) => sending({ headers: events, first: `data: ${head(id)}`, again: () => letters }),
  },
  "a result without an end, in the lines of an event": {
    method: "tools/call",
    answer: () =>
      sending({ headers: events, first: "data: [\n", again: () => "data: 1,1,1,1,1,1,1,1\n".repeat(2_000) }),
  },
  "a result without an end, compressed a thousandfold": {
    method: "tools/call",
    answer: (id) => {
      const zipped = gzipSync(Buffer.alloc(16 * 1024 * 1024, "x"));
      return sending({
        headers: { ...json, "content-encoding": "gzip" },
        first: gzipSync(head(id)),
        again: () => zipped,
      });
    },
  },
  "arrays in each other, ten million deep": {
    method: "tools/call",
    answer: (id) =>
      sending({
        headers: json,
        first: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":`,
        again: () => "[".repeat(PIECE),
        most: 10_000_000,
        last: "",
      }),
  },
  "notifications without an end before the result": {
    method: "tools/call",
    answer: () => {
      const news = JSON.stringify({
        jsonrpc: "2.0",
        method: "notifications/message",
        params: { level: "info", data: "x".repeat(1_000) },
      });
      return sending({ headers: events, first: ":\n\n", again: () => `data: ${news}\n\n`.repeat(60) });
    },
  },
  "pages without an end, a megabyte each": {
    method: "tools/list",
    answer(id) {
      pages += 1;
      const page = pageOf(id, `tool-${pages}`, `cursor-${pages}`);
      return { response: new Response(page, { headers: json }), sent: () => page.length };
    },
  },
  "one page without an end, of small tools": {
    method: "tools/list",
    answer: (id) =>
      sending({
        headers: json,
        first: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":[`,
        again: smallTools,
      }),
  },
  "a megabyte of headers": {
    method: "tools/call",
    answer: () => ({
      response: new Response("{}", { headers: { ...json, "x-much": "x".repeat(1024 * 1024) } }),
      sent: () => 1024 * 1024,
    }),
  },
  "a result that drips, a byte at a time": {
    method: "tools/call",
    answer: (id) => sending({ headers: json, first: head(id), again: () => "x", pauseMs: 1 }),
  },
};
