import type { TestContext } from "node:test";

/** Has every answer in JSON to this program's requests come with another text, piece by piece, as long as the test takes. */
export function changedAnswers(t: TestContext, change: (text: string) => string): void {
  const { fetch } = globalThis;
  t.after(() => {
    globalThis.fetch = fetch;
  });
  globalThis.fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (!answer.body || !/json|event-stream/.test(answer.headers.get("content-type") ?? "")) return answer;
    const body = answer.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TransformStream<string, string>({ transform: (text, out) => out.enqueue(change(text)) }))
      .pipeThrough(new TextEncoderStream());
    const headers = new Headers(answer.headers);
    headers.delete("content-length");
    headers.delete("content-encoding");
    return new Response(body, { status: answer.status, headers });
  };
}
