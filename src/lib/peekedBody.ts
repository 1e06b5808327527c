import type { HttpAnswer } from "./httpPort.ts";

/**
 * An answer whose body has begun, with what came of it first.
 *
 * @returns the answer to go on with, since the one that was given has been read
 * @throws as the body does
 */
export async function peekedBody(
  answer: HttpAnswer,
): Promise<{ readonly answer: HttpAnswer; readonly begun: Uint8Array | undefined }> {
  const { body, status, statusText, ok, headers } = answer;
  if (!body) return { answer, begun: undefined };
  const pieces = body[Symbol.asyncIterator]();
  const first = await pieces.next();
  const begun = first.done ? undefined : first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (begun) yield begun;
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  const rest = {
    [Symbol.asyncIterator]: all,
    async cancel() {
      await pieces.return?.();
    },
  };
  return { answer: { status, statusText, ok, headers, body: rest }, begun };
}
