import { type HttpFetch, withText, wordsOf } from "../../lib/httpPort.ts";
import { retryingFetch } from "../../lib/retryAfter.ts";

/**
 * `retryingFetch` towards targets. Where nobody waits as long, the time stands in what the target said, so that the caller is told
 * with it.
 */
export const toldWhenBusy = (fetch: HttpFetch): HttpFetch =>
  retryingFetch(fetch, async ({ answer, wait }) => {
    const said = (await wordsOf(answer.body))?.trim() ?? "";
    return withText(answer, `${said === "" ? "" : `${said}; `}it asks to wait ${wait} seconds`);
  });
