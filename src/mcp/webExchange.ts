import type { HttpReply, ReplyStream, ServedRequest } from "../lib/servedHttp.ts";

/**
 * A request as the web has it, for code that takes no other. Whoever gets it is given the body read.
 *
 * @param names the headers that are looked at
 */
export function webRequest(request: ServedRequest, names: readonly string[]): Request {
  const headers = names.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  return new Request("http://localhost/", { method: request.method, headers, signal: request.signal });
}

/** An answer of the web as a reply. What has no stream of events is read whole. */
export async function replyOf(response: Response, request: ServedRequest): Promise<HttpReply> {
  const { status, body } = response;
  const headers = Object.fromEntries(response.headers);
  if (body === null) return { status, headers };
  if (headers["content-type"]?.startsWith("text/event-stream") !== true)
    return { status, headers, body: [new Uint8Array(await response.arrayBuffer())] };
  return { status, headers, body: (to) => void passOn(body, to, request).catch(() => to.end()) };
}

async function passOn(body: ReadableStream<Uint8Array>, to: ReplyStream, request: ServedRequest): Promise<void> {
  const reader = body.getReader();
  request.onOver(() => void reader.cancel().catch(() => {}));
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) to.write([piece.value]);
  to.end();
}
