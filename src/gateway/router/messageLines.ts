import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { sizeText } from "../../lib/httpPort.ts";
import { MAX_DEPTH, MAX_LISTED_TEXT } from "../../lib/limits.ts";
import { asksForList, listStartOf } from "../../mcp/longLists.ts";
import { asMessage } from "../../mcp/readMessage.ts";
import { isDeeperThan } from "../../mcp/wire/depth.ts";
import { Lines } from "../../system/lines.ts";

const BEGIN_OBJECT = 0x7b;

/**
 * What a process says, as messages: in the place of the SDK's reader, which copies all that it has of a line with each piece
 * that comes, so that one of 100 MiB takes minutes.
 */
export class MessageLines {
  readonly #lines: Lines;
  /** The requests for lists that have no answer yet, by their ids. */
  readonly #listsAsked = new Map<string, JSONRPCMessage>();
  #read: (Buffer | JSONRPCMessage)[] = [];
  #fault: string | undefined;

  /** @param maxBytes the longest line that is read */
  constructor(maxBytes: number) {
    const take = (line: Buffer, isWhole: boolean) => {
      if (!isWhole) this.#fault = `a line is longer than ${sizeText(maxBytes)}`;
      else if (!isDeeperThan([line], MAX_DEPTH)) this.#read.push(line);
      else if (line[0] === BEGIN_OBJECT) this.#fault = `a message has more than ${MAX_DEPTH} levels of brackets`;
    };
    // As of targets over HTTP, no more is read of a list than is taken of one.
    const isEnough = (begun: readonly Buffer[]) => {
      const list = listStartOf([...this.#listsAsked.values()], begun);
      if (list !== undefined) this.#read.push(list);
      return list !== undefined;
    };
    this.#lines = new Lines(maxBytes, take, { bytes: Math.min(MAX_LISTED_TEXT, maxBytes), isEnough });
  }

  /** Hears what the process is told, since its answers do not say what they are to. */
  told(message: JSONRPCMessage): void {
    if (asksForList(message)) this.#listsAsked.set(idOf(message), message);
    // Nobody waits for it any more, and it may never come.
    if ("method" in message && message.method === "notifications/cancelled") {
      this.#listsAsked.delete(String(message.params?.requestId));
    }
  }

  /** @throws Error for a line that nobody reads: whoever waits for it would wait for ever, so that the process is to end */
  append(piece: Buffer): void {
    this.#lines.push(piece);
    if (this.#fault !== undefined) throw new Error(this.#fault);
  }

  /**
   * The next message; `null` where it has not come whole. A line that is no JSON is none: programs say other things there too.
   *
   * @throws SyntaxError for JSON that is no message; the next call goes on behind it
   */
  readMessage(): JSONRPCMessage | null {
    for (let line = this.#read.shift(); line !== undefined; line = this.#read.shift()) {
      const value = Buffer.isBuffer(line) ? jsonOf(line) : line;
      if (value === undefined) continue;
      const message = asMessage(value);
      if (!("method" in message)) this.#listsAsked.delete(idOf(message));
      return message;
    }
    return null;
  }

  clear(): void {
    this.#read = [];
  }
}

const idOf = (message: JSONRPCMessage): string => String("id" in message ? message.id : undefined);

function jsonOf(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}
