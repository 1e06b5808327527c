/** A tool's own failure, as what a caller reads of a result (2025-11-25 and 2026-07-28, server/tools). */
export interface ToolError {
  readonly [member: string]: unknown;
  readonly content: [{ readonly type: "text"; readonly text: string }];
  readonly isError: true;
}

export const toolError = (text: string): ToolError => ({ content: [{ type: "text", text }], isError: true });
