import { ProtocolError } from "@modelcontextprotocol/server";
import type { Json } from "../../mcp/passThrough.ts";

/** The kind of answer to a request, without its content. */
export type Outcome =
  | { readonly kind: "result"; readonly isError?: boolean }
  /** 2026-07-28: the caller has to answer questions first. */
  | { readonly kind: "inputRequired" }
  | { readonly kind: "error"; readonly code: number };

export type Report = (outcome: Outcome) => void;

/** Reports the outcome of `work`, and resolves or rejects as it does. */
export async function reported(work: Promise<Json>, report: Report | undefined): Promise<Json> {
  try {
    const result = await work;
    report?.(outcomeOf(result));
    return result;
  } catch (error) {
    report?.({ kind: "error", code: ProtocolError.isInstance(error) ? error.code : -32603 });
    throw error;
  }
}

function outcomeOf({ resultType, isError }: Json): Outcome {
  if (resultType === "input_required") return { kind: "inputRequired" };
  return { kind: "result", ...(typeof isError === "boolean" && { isError }) };
}
