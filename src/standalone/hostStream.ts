import type { Readable, Writable } from "node:stream";
import { deferred } from "../lib/waiting.ts";
import { asMessage } from "../mcp/readMessage.ts";
import { LineStream } from "../node/lineStream.ts";

/** Programs that start us say something at once. */
const SILENT_MS = 1_000;

/** The messages of the program that started us, over its pipes. */
export class HostStream extends LineStream {
  readonly #used = deferred<void>();
  #answered: string | number | undefined;
  /** The requests that wait for their answers, by id. */
  readonly #open = new Set<string | number>();
  #settled: (() => void) | undefined;

  /** @param answered the id of the request that the program was given its answer to already */
  constructor(input: Readable, output: Writable, answered: string | number | undefined) {
    super(input, output, asMessage);
    this.#answered = answered;
  }

  /**
   * Resolves when the program wants more than to know what this one speaks, or says nothing, as a terminal does. Editors ask
   * that of a process which they end when it has answered, and start another to work with (2026-07-28, basic/transports).
   */
  get used(): Promise<void> {
    return this.#used.promise;
  }

  /** Resolves when every request has its answer. */
  async settled(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#settled = resolve));
  }

  override async start(): Promise<void> {
    const { onmessage } = this;
    const silence = setTimeout(() => this.#used.resolve(), SILENT_MS);
    this.onmessage = (message) => {
      clearTimeout(silence);
      if (!("method" in message && message.method === "server/discover")) this.#used.resolve();
      if ("method" in message && "id" in message) this.#open.add(message.id);
      onmessage?.(message);
    };
    await super.start();
  }

  override async send(message: Parameters<LineStream["send"]>[0]): Promise<void> {
    if (this.#answered !== undefined && "id" in message && !("method" in message) && message.id === this.#answered) {
      this.#answered = undefined;
      return;
    }
    await super.send(message);
    if ("method" in message || message.id === undefined) return;
    this.#open.delete(message.id);
    if (this.#open.size === 0) this.#settled?.();
  }

  /** The program's pipes end with this process. */
  protected override letGo(): void {
    this.input.pause();
  }
}
