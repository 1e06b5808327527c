import type { Json } from "../../mcp/passThrough.ts";

/** The facts of a request body that decide whether it gets in. */
export interface Messages {
  /** The id for the answer; `null` when there is none (JSON-RPC 2.0, 5). */
  readonly id: unknown;
  /** The method of the only or the first message. */
  readonly method: string | undefined;
  /** The tools that it calls. Versions up to 2025-03-26 allow several messages in one body. */
  readonly tools: readonly string[];
  /** How many of its messages expect an answer. */
  readonly requests: number;
  /** Whether it opens a stream of notifications, which stays open as long as the caller likes. */
  readonly listens: boolean;
  /** Whether it resumes a call that waited for the caller's answers (2026-07-28, basic/patterns/mrtr). */
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
