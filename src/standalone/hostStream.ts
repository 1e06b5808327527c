import type { Readable, Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { deferred } from "../lib/waiting.ts";
import { messageLine } from "../mcp/wire/messageLine.ts";
import { MAX_BODY_BYTES } from "../relay/relay.ts";

/** Programs that start us say something at once. */
const SILENT_MS = 1_000;

/** The messages of the program that started us, over its pipes. */
export class HostStream extends StdioServerTransport {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #used = deferred<void>();
  #answered: string | number | undefined;

  /** @param answered the id of the request that the program was given its answer to already */
  constructor(input: Readable, output: Writable, answered: string | number | undefined) {
    super(input, output, { maxBufferSize: MAX_BODY_BYTES });
    this.#input = input;
    this.#output = output;
    this.#answered = answered;
  }

  /**
   * Resolves when the program wants more than to know what this one speaks, or says nothing, as a terminal does. Editors ask
   * that of a process which they end when it has answered, and start another to work with (2026-07-28, basic/transports).
   */
  get used(): Promise<void> {
    return this.#used.promise;
  }

  override async start(): Promise<void> {
    const { onmessage } = this;
    const silence = setTimeout(() => this.#used.resolve(), SILENT_MS);
    this.onmessage = (message) => {
      clearTimeout(silence);
      if (!("method" in message && message.method === "server/discover")) this.#used.resolve();
      onmessage?.(message);
    };
    await super.start();
    // Whoever looked at the input before us may have paused it.
    this.#input.resume();
  }

  /** Resolves when the pipe takes more. What the SDK would write here in another form is a result that is carried. */
  override async send(message: Parameters<StdioServerTransport["send"]>[0]): Promise<void> {
    if (this.#answered !== undefined && "id" in message && !("method" in message) && message.id === this.#answered) {
      this.#answered = undefined;
      return;
    }
    const pieces = messageLine(message);
    if (pieces.length === 1) return await super.send(message);
    this.#output.cork();
    for (const piece of pieces) this.#output.write(piece);
    this.#output.uncork();
    if (this.#output.writableNeedDrain) await new Promise<void>((resolve) => this.#output.once("drain", resolve));
  }
}
