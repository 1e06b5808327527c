import type { Duplex } from "node:stream";
import { messageLine } from "../mcp/wire/messageLine.ts";
import type { MessageStream } from "../relay/pipeToRelay.ts";

type Message = Parameters<MessageStream["send"]>[0];

/** The longest message that is accepted. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** JSON-RPC messages over a stream, one per line (2025-11-25, transports, stdio). */
export class LineStream implements MessageStream {
  readonly #stream: Duplex;
  #parts: Buffer[] = [];
  #bytes = 0;
  #closed = false;
  onmessage: MessageStream["onmessage"];
  onclose: MessageStream["onclose"];
  onerror: MessageStream["onerror"];

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  async start(): Promise<void> {
    this.#stream.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#stream.once("close", () => this.#ended());
    this.#stream.once("end", () => this.#stream.end());
    this.#stream.on("error", (error) => this.onerror?.(error));
    this.#stream.resume();
  }

  async send(message: Message): Promise<void> {
    if (this.#closed) throw new Error("the stream is closed");
    let isTaken = true;
    this.#stream.cork();
    for (const piece of messageLine(message)) isTaken = this.#stream.write(piece);
    this.#stream.uncork();
    if (isTaken) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off("drain", done);
        this.#stream.off("close", done);
        resolve();
      };
      this.#stream.once("drain", done);
      this.#stream.once("close", done);
    });
  }

  async close(): Promise<void> {
    this.#stream.end();
    this.#stream.destroy();
    this.#ended();
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...this.#parts, rest.subarray(0, end)]).toString("utf8");
      this.#parts = [];
      this.#bytes = 0;
      rest = rest.subarray(end + 1);
      if (line.trim() !== "") this.#read(line);
    }
    if (rest.length === 0) return;
    this.#parts.push(rest);
    this.#bytes += rest.length;
    if (this.#bytes > MAX_LINE_BYTES) void this.close();
  }

  #read(line: string): void {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      this.#stream.write(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}\n`);
      return;
    }
    this.onmessage?.(message);
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onclose?.();
  }
}
