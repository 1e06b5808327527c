import { drained, type HttpFetch, withText, wordsOf } from "../../lib/httpPort.ts";
import { busySeconds, whenReady } from "../../lib/retryAfter.ts";

/**
 * `fetch` towards targets that asks one again which has too much to do: what it refuses with 429 or 503 it has not done.
 * `whenReady` decides at which statuses and for how long. Where nobody waits as long, the time stands in what the target said,
 * so that the caller is told with it.
 */
export function toldWhenBusy(fetch: HttpFetch): HttpFetch {
  return async (url, request) => {
    const answer = await whenReady(
      () => fetch(url, request),
      ({ body }) => drained(body),
      request?.signal,
    );
    const wait = busySeconds(answer);
    if (wait === undefined) return answer;
    const said = (await wordsOf(answer.body))?.trim() ?? "";
    return withText(answer, `${said === "" ? "" : `${said}; `}it asks to wait ${wait} seconds`);
  };
}
