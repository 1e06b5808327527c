import { awsFailure, waitInBody } from "../agentcore/refusals.ts";
import { GatewayFailure } from "../failures/failure.ts";
import { type HttpAnswer, type HttpFetch, withText, wordsOf } from "../lib/httpPort.ts";
import { reasonIn } from "../lib/quotedText.ts";
import { type BusyServer, retryAfterSeconds, retryingFetch } from "../lib/retryAfter.ts";

/**
 * `retryingFetch` towards a gateway.
 *
 * @returns a `fetch` that throws GatewayFailure `rate_limited` or `gateway_error` where the gateway asks to be left alone for
 *   longer than anybody waits, and what the one below throws
 */
export const failingWhenBusy = (fetch: HttpFetch): HttpFetch =>
  retryingFetch(async (url, init) => withItsWait(await fetch(url, init)), failed);

async function failed({ url, answer, wait }: BusyServer): Promise<never> {
  const text = (await wordsOf(answer.body)) ?? "";
  const facts = { url, status: answer.status, retryAfterSeconds: wait };
  const limited = awsFailure({ ...facts, text });
  if (limited) throw limited;
  const words = reasonIn(text);
  throw new GatewayFailure("gateway_error", { ...facts, ...(words !== undefined && { words }) });
}

/** An answer to somebody who came too often, with the wait in a header, wherever it stood. */
async function withItsWait(answer: HttpAnswer): Promise<HttpAnswer> {
  if (answer.status !== 429 || retryAfterSeconds(answer.headers) !== undefined) return answer;
  const text = (await wordsOf(answer.body)) ?? "";
  const wait = waitInBody(text);
  const get = (name: string) =>
    wait !== undefined && name.toLowerCase() === "retry-after" ? String(wait) : answer.headers.get(name);
  return { ...withText(answer, text), headers: { get } };
}
