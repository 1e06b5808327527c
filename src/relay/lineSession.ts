import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import type { CallerLine } from "../mcp/peer.ts";

type Drain = NonNullable<CallerLine["drain"]>;

/** What begins sessions over a line. */
export interface SessionHost {
  openSession(line: CallerLine): Promise<{ close(): Promise<void> }>;
}

/** The session of one editor whose messages come over a line of its own, from its `initialize` on. */
export class LineSession {
  readonly #host: SessionHost;
  readonly #toEditor: (message: JSONRPCMessage) => void;
  readonly #drain: Drain;
  #line: Line | undefined;
  /** Some hosts do not wait for the answer that begins a session. */
  #opened: Promise<unknown> = Promise.resolve();

  constructor(host: SessionHost, toEditor: (message: JSONRPCMessage) => void, drain: Drain) {
    this.#host = host;
    this.#toEditor = toEditor;
    this.#drain = drain;
  }

  get isBegun(): boolean {
    return this.#line !== undefined;
  }

  /**
   * Hands a message of the editor to its session; `initialize` begins one, in place of an earlier.
   *
   * @throws Error when the session ended
   */
  async receive(message: JSONRPCMessage): Promise<void> {
    if ("method" in message && message.method === "initialize") this.#begin();
    const line = this.#line;
    await this.#opened;
    if (line === undefined || line.isClosed) throw new Error("the session ended");
    line.onmessage?.(message);
  }

  async close(): Promise<void> {
    const line = this.#line;
    await this.#opened.catch(() => {});
    await line?.end();
  }

  #begin(): void {
    const before = this.#line;
    const line = new Line(this.#toEditor, this.#drain);
    this.#line = line;
    this.#opened = Promise.resolve(before?.end()).then(async () => {
      line.session = await this.#host.openSession(line);
    });
    this.#opened.catch(() => {});
  }
}

/** The session's end of the line. */
class Line implements CallerLine {
  readonly #toEditor: (message: JSONRPCMessage) => void;
  readonly drain: Drain;
  onmessage: Transport["onmessage"];
  onclose: Transport["onclose"];
  onerror: Transport["onerror"];
  isClosed = false;
  session: { close(): Promise<void> } | undefined;

  constructor(toEditor: (message: JSONRPCMessage) => void, drain: Drain) {
    this.#toEditor = toEditor;
    this.drain = drain;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.isClosed) throw new Error("the line is closed");
    this.#toEditor(message);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onclose?.();
  }

  async end(): Promise<void> {
    await this.session?.close();
    await this.close();
  }
}
