/** One message of a stream: news of the gateway, or the answer to a request. */
export interface StreamedMessage {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Its method, with the level of a log message and the like; empty for an answer. */
  readonly what: string;
  readonly text: string;
}

/** One request and what came back, as far as it has come. Nothing in it is a secret. */
export interface Exchange {
  readonly number: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The method of MCP, with the tool, prompt or resource it is about; empty for what is no message of MCP. */
  readonly what: string;
  readonly sentBytes: number;
  readonly request: string;
  readonly status?: number;
  /** How long the answer took, in milliseconds, to its end or up to now. */
  readonly ms?: number;
  readonly receivedBytes: number;
  /** Why a token was asked for, in the words of the gateway's challenge. */
  readonly challenge?: string;
  readonly answer: string;
  readonly messages: readonly StreamedMessage[];
  /** How many messages came before those. */
  readonly leftOut: number;
  readonly isEnded: boolean;
  /** Why no answer came, or not all of it. */
  readonly failure?: string;
}

/** How many exchanges are kept, how many messages of a stream, and how many characters of everything. */
export const [MOST_EXCHANGES, MOST_MESSAGES, MOST_CHARACTERS] = [200, 100, 1_000_000] as const;

/** What is kept of the traffic of one gateway: the newest, in memory only. */
export class TrafficRecord {
  readonly #onChanged: () => void;
  #exchanges: Exchange[] = [];
  #count = 0;

  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  /** How many there were, with those that are not kept any more. */
  get count(): number {
    return this.#count;
  }

  /** Notes a request. @returns what notes how it goes on */
  begin(begun: Omit<Exchange, "number" | "receivedBytes" | "answer" | "messages" | "leftOut" | "isEnded">) {
    this.#count += 1;
    const number = this.#count;
    const blank = { number, receivedBytes: 0, answer: "", messages: [], leftOut: 0, isEnded: false };
    this.#exchanges.push({ ...begun, ...blank });
    this.#bound();
    this.#onChanged();
    return (change: (before: Exchange) => Partial<Exchange>): void => {
      const at = this.#exchanges.findIndex((one) => one.number === number);
      const before = this.#exchanges[at];
      if (!before) return;
      this.#exchanges[at] = withinBounds({ ...before, ...change(before) });
      this.#bound();
      this.#onChanged();
    };
  }

  clear(): void {
    this.#exchanges = [];
    this.#onChanged();
  }

  #bound(): void {
    let characters = 0;
    let kept = 0;
    for (const exchange of this.#exchanges.toReversed()) {
      characters += sizeOf(exchange);
      if (kept > 0 && (characters > MOST_CHARACTERS || kept >= MOST_EXCHANGES)) break;
      kept += 1;
    }
    this.#exchanges = this.#exchanges.slice(this.#exchanges.length - kept);
  }
}

function withinBounds(exchange: Exchange): Exchange {
  let { messages } = exchange;
  while (
    messages.length > 1 &&
    (messages.length > MOST_MESSAGES || sizeOf({ ...exchange, messages }) > MOST_CHARACTERS)
  )
    messages = messages.slice(1);
  return { ...exchange, messages, leftOut: exchange.leftOut + exchange.messages.length - messages.length };
}

const sizeOf = ({ request, answer, messages }: Exchange): number =>
  request.length + answer.length + messages.reduce((sum, { text }) => sum + text.length, 0);
