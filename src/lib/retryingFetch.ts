import { drained, type HttpAnswer, type HttpFetch } from "./httpPort.ts";
import { busySeconds, whenReady } from "./retryAfter.ts";

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
