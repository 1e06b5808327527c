import { ProtocolError } from "@modelcontextprotocol/server";
import type { Json } from "../../mcp/passThrough.ts";
import type { OnProgress } from "../../mcp/progressToken.ts";
import type { CallerSide } from "../router/callerSide.ts";

/** How long a caller may take to bring what a parked call waits for. */
const PARKED_MS = 10 * 60_000;

/** The caller's request that is open at the moment; each retry is a new one. */
export interface Waiting {
  readonly signal: AbortSignal;
  readonly notify: CallerSide["notify"];
  readonly onprogress: OnProgress | undefined;
}

export type Turn =
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "asked"; readonly method: string; readonly params: Json | undefined };

/**
 * One call of a 2026-07-28 caller to a target that may be older.
 *
 * An older target asks while the call is open. The caller gets the question as a result, which ends its request; the
 * call stays open here until the caller comes back with the answer (2026-07-28, basic/patterns/mrtr).
 */
export interface SuspendedCall {
  /** Aborted when nobody waits for the call any more. */
  readonly signal: AbortSignal;
  readonly side: CallerSide;
  readonly onprogress: OnProgress;
  /** Gives the target the answer to the question that is open. */
  answered(answer: Json | undefined): void;
  /** Waits, for one request, until the call is done or the target asks. */
  turn(waiting: Waiting): Promise<Turn>;
}

interface Question {
  readonly method: string;
  readonly params: Json | undefined;
  readonly resolve: (answer: Json) => void;
  readonly reject: (error: unknown) => void;
}

export function suspendedCall(start: (call: Omit<SuspendedCall, "turn" | "answered">) => Promise<Json>): SuspendedCall {
  const ended = new AbortController();
  const questions: Question[] = [];
  let current: Waiting | undefined;
  let open: Question | undefined;
  let onQuestion: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const side: CallerSide = {
    request: (method, params, { signal }) =>
      new Promise((resolve, reject) => {
        questions.push({ method, params, resolve, reject });
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        onQuestion?.();
      }),
    notify: (method, params) => current?.notify(method, params),
  };
  const onprogress: OnProgress = (progress) => current?.onprogress?.(progress);
  const result = start({ signal: ended.signal, side, onprogress });
  result.catch(() => {});

  return {
    signal: ended.signal,
    side,
    onprogress,
    answered(answer) {
      const question = open;
      open = undefined;
      clearTimeout(timer);
      if (answer !== undefined) question?.resolve(answer);
      else question?.reject(new ProtocolError(-32602, "The input asked for was not given"));
    },
    async turn(waiting) {
      current = waiting;
      const onAbort = () => ended.abort(waiting.signal.reason);
      waiting.signal.addEventListener("abort", onAbort, { once: true });
      try {
        const asked = new Promise<"asked">((resolve) => {
          onQuestion = () => resolve("asked");
          if (questions.length > 0) resolve("asked");
        });
        const outcome = await Promise.race([asked, result]);
        if (outcome !== "asked") return { kind: "done", result: outcome };
        open = questions.shift() as Question;
        timer = setTimeout(() => ended.abort(new Error("nobody came back")), PARKED_MS);
        timer.unref();
        return { kind: "asked", method: open.method, params: open.params };
      } finally {
        current = undefined;
        onQuestion = undefined;
        waiting.signal.removeEventListener("abort", onAbort);
      }
    },
  };
}
