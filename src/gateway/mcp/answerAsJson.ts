import type { Json } from "../../mcp/passThrough.ts";

/**
 * Turns the stream of one answer into JSON when the answer is its first event, as AgentCore does unless
 * `streamingConfiguration` asks for streams. A stream that begins with progress, a log message, a question or a
 * keep-alive comment stays a stream.
 *
 * @param response of the SDK's transport, which writes each event in one piece
 * @param gone aborted when nobody waits for the answer any more
 */
export async function answerAsJson(response: Response, gone: AbortSignal): Promise<Response> {
  const { body, status, headers } = response;
  if (body === null || !headers.get("content-type")?.startsWith("text/event-stream")) return response;
  const reader = body.getReader();
  const onGone = () => void reader.cancel().catch(() => {});
  gone.addEventListener("abort", onGone, { once: true });
  if (gone.aborted) onGone();
  const first = await reader.read();
  gone.removeEventListener("abort", onGone);
  const answer = first.done ? undefined : answerIn(new TextDecoder().decode(first.value));
  if (answer === undefined) return new Response(goOn(first, reader), { status, headers });
  void reader.cancel().catch(() => {});
  const session = headers.get("mcp-session-id");
  return new Response(answer, {
    status,
    headers: { "content-type": "application/json", ...(session !== null && { "mcp-session-id": session }) },
  });
}

/** The JSON of an event, if it is a result or an error. */
function answerIn(event: string): string | undefined {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return undefined;
  const { method, result, error } = JSON.parse(data) as Json;
  return method === undefined && (result !== undefined || error !== undefined) ? data : undefined;
}

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** The stream from the first event on, which was read already. */
function goOn(first: Awaited<ReturnType<Reader["read"]>>, reader: Reader): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      if (first.done) controller.close();
      else controller.enqueue(first.value);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
