import { ProtocolError } from "@modelcontextprotocol/server";
import type { Json } from "../../mcp/passThrough.ts";

/** What a request was answered with, without what is in it. */
export type Outcome =
  | { readonly kind: "result"; readonly isError?: boolean }
  /** 2026-07-28: the caller has to bring something first. */
  | { readonly kind: "inputRequired" }
  | { readonly kind: "error"; readonly code: number };

export type Report = (outcome: Outcome) => void;

/** Reports how `work` ends, and ends as it does. */
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
