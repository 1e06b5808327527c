/** An error and what caused it, as deep as libraries wrap. */
export function* causesOf(error: unknown): Generator<unknown> {
  for (let depth = 0; error !== undefined && error !== null && depth < 8; depth++) {
    yield error;
    if (error instanceof AggregateError) for (const one of error.errors) yield one;
    error = (error as { cause?: unknown }).cause;
  }
}

/** The code that Node or a library gave an error, or nothing. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "";
};

/** Connecting failed before a request could have been written, as Node and undici name it. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether the server cannot have seen the request, so that even a call with effects may be repeated. */
export function wasNeverSent(error: unknown): boolean {
  for (const cause of causesOf(error)) if (neverSent.has(codeOf(cause))) return true;
  return false;
}
