import type { IncomingMessage } from "node:http";

const MAX_FORM_BYTES = 64 * 1024;

/**
 * Reads the fields of a posted form.
 *
 * @throws Error when it is larger than any form of the sandbox can be
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) throw new Error("the form is too large");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
