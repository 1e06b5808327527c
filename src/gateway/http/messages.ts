import type { Json } from "../../mcp/passThrough.ts";

/** What a request body says it is, as far as letting it in goes. */
export interface Messages {
  /** The id to answer under; `null` where there is none (JSON-RPC 2.0, 5). */
  readonly id: unknown;
  /** The method of the only or the first message. */
  readonly method: string | undefined;
  /** The tools it calls. Versions up to 2025-03-26 can send several messages at once. */
  readonly tools: readonly string[];
  /** How many of its messages want an answer. */
  readonly requests: number;
  /** Whether it opens a stream of news, which lasts as long as the caller likes. */
  readonly listens: boolean;
  /** Whether it goes on with a call that waited for the caller (2026-07-28, basic/patterns/mrtr). */
  readonly resumes: boolean;
}

export function messagesOf(body: unknown): Messages {
  const all = (Array.isArray(body) ? body : [body]).filter(
    (one): one is Json => typeof one === "object" && one !== null,
  );
  const called = all.filter(({ method }) => method === "tools/call").map(({ params }) => (params as Json)?.name);
  const { id, method, params } = all[0] ?? {};
  return {
    id: typeof id === "string" || typeof id === "number" ? id : null,
    method: typeof method === "string" ? method : undefined,
    tools: called.filter((name) => typeof name === "string"),
    requests: all.filter((one) => one.id !== undefined && one.method !== undefined).length,
    listens: method === "subscriptions/listen",
    resumes: (params as Json | undefined)?.requestState !== undefined,
  };
}
