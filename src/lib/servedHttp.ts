/** An HTTP request that somebody sent to us, as whoever listens hands it on when it has come whole. */
export interface ServedRequest {
  readonly method: string;
  /** What was asked for: the path and its query, as they were sent. */
  readonly target: string;
  /** A header that was sent several times is joined (RFC 9110, 5.3); `null` for one that was not sent. */
  readonly headers: {
    get(name: string): string | null;
    /** The names of all that were sent, in lower case, where whoever listens can tell. */
    names?(): readonly string[];
  };
  readonly body: Uint8Array;
  /** Whether the answer was sent, or the connection ended before that. */
  readonly isOver: boolean;
  /** @param act called once when it is over; at once if it is */
  onOver(act: () => void): void;
  /** Aborted when it is over. It is made when somebody looks at it, since most requests are answered without. */
  readonly signal: AbortSignal;
}

/** A part of a body; a string is sent as UTF-8. */
export type Piece = string | Uint8Array;

/** The answer to a request. */
export interface HttpReply {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** All of it, which is sent at once with its length; or what writes it as time goes by. Without it there is none. */
  readonly body?: readonly Piece[] | StreamedBody;
}

/** Called once, when the head of the answer is sent. What it writes after the request is over goes nowhere. */
export type StreamedBody = (to: ReplyStream) => void;

export interface ReplyStream {
  write(pieces: readonly Piece[]): void;
  /** Resolves when more may be written, or nobody is there any more; `undefined` while there is room, or nobody can tell. */
  drain?(): Promise<void> | undefined;
  end(): void;
}

export const emptyReply = (status: number, headers: HttpReply["headers"] = {}): HttpReply => ({ status, headers });

export const jsonReply = (status: number, value: unknown, headers: HttpReply["headers"] = {}): HttpReply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: [JSON.stringify(value)],
});
