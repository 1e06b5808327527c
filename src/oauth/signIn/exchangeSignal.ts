/** How long a request for tokens goes on after its sign-in was cancelled, in milliseconds. A program that ends has two seconds. */
const lastAnswerMs = 1_000;

/**
 * A signal for the request that brings tokens: it aborts a moment after the sign-in was cancelled. An answer that nobody
 * waits for would leave valid tokens that nobody knows of; one that comes within this moment is revoked (RFC 7009).
 */
export function exchangeSignal(cancelled: AbortSignal): AbortSignal {
  const late = new AbortController();
  const end = () => setTimeout(() => late.abort(cancelled.reason), lastAnswerMs);
  if (cancelled.aborted) end();
  else cancelled.addEventListener("abort", end, { once: true });
  return late.signal;
}
