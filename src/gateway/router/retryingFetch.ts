import { drained, type HttpFetch, withText, wordsOf } from "../../lib/httpPort.ts";
import { busySeconds, whenReady } from "../../lib/retryAfter.ts";

/**
 * The way out to targets, which asks one again that has too much to do: what it refuses with 429 or 503 it has not done. How
 * long it asks to be left alone stands in what it said where nobody waits as long, so that it is told with it.
 */
export function retryingFetch(wayOut: HttpFetch): HttpFetch {
  return async (url, request) => {
    const answer = await whenReady(
      () => wayOut(url, request),
      ({ body }) => drained(body),
      request?.signal,
    );
    const wait = busySeconds(answer);
    if (wait === undefined) return answer;
    const said = (await wordsOf(answer.body))?.trim() ?? "";
    return withText(answer, `${said === "" ? "" : `${said}; `}it asks to wait ${wait} seconds`);
  };
}
