import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { KoaContextWithOIDC } from "oidc-provider";

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

/**
 * Lets oidc-provider read a form that we have read and changed. It checks that the request is readable, then iterates.
 */
export function putBack(ctx: KoaContextWithOIDC, form: URLSearchParams): void {
  const body = Buffer.from(form.toString());
  ctx.req.headers["content-length"] = String(body.length);
  Object.defineProperties(ctx.req, {
    readable: { value: true, configurable: true },
    iterator: { value: () => Readable.from([body]).iterator(), configurable: true },
  });
}
