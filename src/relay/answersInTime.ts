import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { unref } from "../lib/waiting.ts";
import { toolError } from "../mcp/toolError.ts";

/** How long a call may take that waits for a person. */
export interface TimeLimit {
  readonly ms: number;
  /** What a tool call is answered with then: which act of a person it waits for. Undefined while it waits for none. */
  readonly waitsFor: () => string | undefined;
}

type Id = string | number;

/** Answers tool calls in place of the relay that wait for a person longer than their host would. */
export class AnswersInTime {
  readonly #limit: TimeLimit | undefined;
  readonly #answer: (message: JSONRPCMessage) => void;
  readonly #timers = new Map<Id, ReturnType<typeof setTimeout>>();
  /** Calls that were answered here, for which the relay's own answer comes too late. */
  readonly #answered = new Set<Id>();

  constructor(limit: TimeLimit | undefined, answer: (message: JSONRPCMessage) => void) {
    this.#limit = limit;
    this.#answer = answer;
  }

  /** @param cancel takes the notification that nobody waits for the call any more */
  asked(message: JSONRPCMessage, cancel: (message: JSONRPCMessage) => void): void {
    if (this.#limit === undefined || !("method" in message)) return;
    if (message.method === "notifications/cancelled") this.#forget(message.params?.requestId as Id);
    if (!("id" in message) || message.method !== "tools/call") return;
    const { id } = message;
    const { ms, waitsFor } = this.#limit;
    const timer = unref(
      setTimeout(() => {
        this.#timers.delete(id);
        const text = waitsFor();
        if (text === undefined) return;
        this.#answered.add(id);
        this.#answer({ jsonrpc: "2.0", id, result: toolError(text) });
        cancel({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id, reason: text } });
      }, ms),
    );
    this.#timers.set(id, timer);
  }

  /** Whether the answer of this id is still to be given. */
  takes(id: Id | undefined): boolean {
    if (id === undefined) return true;
    this.#forget(id);
    return !this.#answered.delete(id);
  }

  #forget(id: Id): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
