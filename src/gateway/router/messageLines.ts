import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { sizeText } from "../../lib/httpPort.ts";
import { MAX_DEPTH } from "../../lib/limits.ts";
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
  #read: Buffer[] = [];
  #fault: string | undefined;

  /** @param maxBytes the longest line that is read */
  constructor(maxBytes: number) {
    this.#lines = new Lines(maxBytes, (line, isWhole) => {
      if (!isWhole) this.#fault = `a line is longer than ${sizeText(maxBytes)}`;
      else if (!isDeeperThan([line], MAX_DEPTH)) this.#read.push(line);
      else if (line[0] === BEGIN_OBJECT) this.#fault = `a message has more than ${MAX_DEPTH} levels of brackets`;
    });
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
      const value = jsonOf(line);
      if (value !== undefined) return asMessage(value);
    }
    return null;
  }

  clear(): void {
    this.#read = [];
  }
}

function jsonOf(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}
