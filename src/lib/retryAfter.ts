import { drained, type HttpAnswer, type HttpFetch } from "./httpPort.ts";
import { MAX_RETRY_AFTER_MS } from "./limits.ts";
import { pause } from "./waiting.ts";

/** Longer than anybody waits: what a server may ask for at the most, in seconds. */
const MOST_SECONDS = 24 * 3600;

/**
 * How long a server asks to be left alone (RFC 9110, 10.2.3): a number of seconds, or a date, which is taken by the
 * server's own clock, and by ours where the answer has none (6.6.1). A date that has passed asks for no time.
 *
 * @param now by our clock, in milliseconds since the epoch
 * @returns seconds, rounded up; undefined where it asks for nothing that can be understood
 */
export function retryAfterSeconds(
  headers: { get(name: string): string | null },
  now = () => Date.now(),
): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.min(MOST_SECONDS, Math.ceil(Number(value)));
  const until = httpDate(value);
  if (until === undefined) return undefined;
  const seconds = Math.ceil((until - (httpDate(headers.get("date") ?? "") ?? now())) / 1000);
  return Math.min(MOST_SECONDS, Math.max(0, seconds));
}

/** The date of HTTP and the two before it (RFC 9110, 5.6.7), of which that of C names no zone: each is of Greenwich. */
const dateForms =
  /^(?:[A-Z][a-z]+, [\w -]+ \d\d:\d\d:\d\d (?:GMT|UTC)|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/** @returns milliseconds since the epoch; undefined for what is none: what else is read as a date depends on the reader */
function httpDate(text: string): number | undefined {
  if (!dateForms.test(text)) return undefined;
  const date = Date.parse(/(?:GMT|UTC)$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date;
}

/** The head of an answer, as far as it says that a server has too much to do. */
interface AnswerHead {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/**
 * The statuses after which a request is sent again, to gateways, targets and identity providers alike, since it has not been done:
 * the server had too many (RFC 6585, 4) or too much to do (RFC 9110, 15.6.4).
 */
const notDone: ReadonlySet<number> = new Set([429, 503]);

/**
 * How long a server that has not done what it was asked wants to be left alone.
 *
 * @returns seconds; undefined for any other answer, and where it does not say
 */
export const busySeconds = ({ status, headers }: AnswerHead): number | undefined =>
  notDone.has(status) ? retryAfterSeconds(headers) : undefined;

/**
 * Asks again when a server says that it will have time, as long as that is soon. The answer at which nobody waits any longer
 * is one like any other.
 *
 * @param leave lets go of an answer that is not read
 */
export async function whenReady<A extends AnswerHead>(
  ask: () => Promise<A>,
  leave: (answer: A) => Promise<unknown>,
  signal = new AbortController().signal,
): Promise<A> {
  for (let waitedMs = 0; ; ) {
    const answer = await ask();
    const seconds = busySeconds(answer);
    // A second at least: none would be no pause at all.
    const ms = seconds === undefined ? Number.POSITIVE_INFINITY : Math.max(1, seconds) * 1000;
    waitedMs += ms;
    if (waitedMs > MAX_RETRY_AFTER_MS) return answer;
    await leave(answer);
    await pause(ms, signal);
    signal.throwIfAborted();
  }
}

/** What a server says that wants to be left alone for longer than anybody waits. */
export interface BusyServer {
  readonly url: string;
  readonly answer: HttpAnswer;
  /** How long it asks to be left alone, in seconds. */
  readonly wait: number;
}

/**
 * `fetch` that asks a server again which has too much to do, as long as that is soon: what it refuses so it has not done.
 * `whenReady` decides at which statuses and for how long.
 *
 * @param busy what the caller is answered where nobody waits as long
 */
export const retryingFetch =
  (fetch: HttpFetch, busy: (server: BusyServer) => Promise<HttpAnswer>): HttpFetch =>
  async (url, init = {}) => {
    const answer = await whenReady(
      () => fetch(url, init),
      ({ body }) => drained(body),
      init.signal,
    );
    const wait = busySeconds(answer);
    return wait === undefined ? answer : await busy({ url: String(url), answer, wait });
  };
