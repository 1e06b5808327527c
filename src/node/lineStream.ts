import type { Readable, Writable } from "node:stream";
import { sizeText } from "../lib/httpPort.ts";
import { MAX_DEPTH, MAX_MESSAGE_BYTES } from "../lib/limits.ts";
import { isDeeperThan } from "../mcp/wire/depth.ts";
import { messageLine } from "../mcp/wire/messageLine.ts";
import type { MessageStream } from "../relay/pipeToRelay.ts";
import { Lines } from "../system/lines.ts";
import { Unread } from "../system/unread.ts";
import { untilDrained } from "../system/untilDrained.ts";

type Message = Parameters<MessageStream["send"]>[0];

/** JSON-RPC messages over a socket or a pair of pipes, one per line (2025-11-25, transports, stdio). */
export class LineStream implements MessageStream {
  protected readonly input: Readable;
  protected readonly output: Writable;
  readonly #asMessage: (value: unknown) => Message;
  readonly #unread: Unread;
  readonly #lines = new Lines(MAX_MESSAGE_BYTES, (line, isWhole) => this.#take(line, isWhole));
  #closed = false;
  /** It was told that its message is too large: what follows would be answered to nobody. */
  #isRefused = false;
  onmessage: MessageStream["onmessage"];
  onclose: MessageStream["onclose"];
  onerror: MessageStream["onerror"];

  /** @param asMessage throws for a value that is no message; by default objects count as one */
  constructor(input: Readable, output: Writable, asMessage = objectAsMessage) {
    this.input = input;
    this.output = output;
    this.#unread = new Unread(output);
    this.#asMessage = asMessage;
  }

  async start(): Promise<void> {
    const close = () => void this.close();
    this.input.on("data", (chunk: Buffer) => this.#lines.push(chunk));
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
    if (this.#unread.isTooMuch) await this.close();
    if (this.#closed) throw new Error("the stream is closed");
    let isTaken = true;
    this.#unread.writes(() => {
      this.output.cork();
      for (const piece of messageLine(message)) isTaken = this.output.write(piece);
      this.output.uncork();
    });
    if (!isTaken) await untilDrained(this.output);
  }

  /** Resolves when the reader can take more; `undefined` while it can. */
  drain(): Promise<void> | undefined {
    return this.output.writableNeedDrain && !this.#closed ? untilDrained(this.output) : undefined;
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

  #take(bytes: Buffer, isWhole: boolean): void {
    if (this.#closed || this.#isRefused) return;
    if (!isWhole) {
      this.#isRefused = true;
      // Which request it was is not known, so that nobody can be told but by the end of the stream.
      this.input.pause();
      const told = errorLine(-32600, `A message has at most ${sizeText(MAX_MESSAGE_BYTES)}`);
      return void this.output.write(told, () => void this.close());
    }
    const line = bytes.toString("utf8");
    if (line.trim() === "") return;
    if (isDeeperThan([bytes], MAX_DEPTH)) this.output.write(errorLine(-32700, "Parse error"));
    else this.#read(line);
  }

  #read(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.output.write(errorLine(-32700, "Parse error"));
      return;
    }
    try {
      this.onmessage?.(this.#asMessage(value));
    } catch (error) {
      this.onerror?.(error as Error);
    }
  }
}

const errorLine = (code: number, message: string): string =>
  `${JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } })}\n`;

function objectAsMessage(value: unknown): Message {
  if (typeof value !== "object" || value === null) throw new SyntaxError("no JSON-RPC message");
  return value as Message;
}
