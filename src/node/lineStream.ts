import type { Readable, Writable } from "node:stream";
import { messageLine } from "../mcp/wire/messageLine.ts";
import type { MessageStream } from "../relay/pipeToRelay.ts";

type Message = Parameters<MessageStream["send"]>[0];

/** The longest message that is accepted. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** JSON-RPC messages over a socket or a pair of pipes, one per line (2025-11-25, transports, stdio). */
export class LineStream implements MessageStream {
  protected readonly input: Readable;
  protected readonly output: Writable;
  readonly #asMessage: (value: unknown) => Message;
  #parts: Buffer[] = [];
  #bytes = 0;
  #closed = false;
  onmessage: MessageStream["onmessage"];
  onclose: MessageStream["onclose"];
  onerror: MessageStream["onerror"];

  /** @param asMessage throws for a value that is no message; by default objects count as one */
  constructor(input: Readable, output: Writable, asMessage = objectAsMessage) {
    this.input = input;
    this.output = output;
    this.#asMessage = asMessage;
  }

  async start(): Promise<void> {
    const close = () => void this.close();
    this.input.on("data", (chunk: Buffer) => this.#take(chunk));
    this.input.once("end", close).once("close", close);
    for (const end of new Set([this.input, this.output])) {
      end.on("error", (error: Error) => {
        this.onerror?.(error);
        close();
      });
    }
    if (this.input.readableEnded || this.input.destroyed) setImmediate(close);
    // Whoever looked at the input before us may have paused it.
    this.input.resume();
  }

  async send(message: Message): Promise<void> {
    if (this.#closed) throw new Error("the stream is closed");
    let isTaken = true;
    this.output.cork();
    for (const piece of messageLine(message)) isTaken = this.output.write(piece);
    this.output.uncork();
    if (isTaken) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.output.off("drain", done);
        this.output.off("close", done);
        resolve();
      };
      this.output.once("drain", done);
      this.output.once("close", done);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.letGo();
    this.onclose?.();
  }

  /** Ends the use of both ends. */
  protected letGo(): void {
    this.output.end();
    this.output.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#closed) return;
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
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.output.write(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}\n`);
      return;
    }
    try {
      this.onmessage?.(this.#asMessage(value));
    } catch (error) {
      this.onerror?.(error as Error);
    }
  }
}

function objectAsMessage(value: unknown): Message {
  if (typeof value !== "object" || value === null) throw new SyntaxError("no JSON-RPC message");
  return value as Message;
}
