import { causesOf, codeOf } from "./causes.ts";

/**
 * The reason behind `fetch failed`: Node wraps it, sometimes twice, and for several addresses in an AggregateError.
 *
 * @returns the code of the outermost error that has one, else the name of the innermost, and what to tell people
 */
export function networkReason(error: unknown): { readonly code: string; readonly text: string } {
  let innermost: Error | undefined;
  for (const cause of causesOf(error, "first")) {
    if (!(cause instanceof Error)) break;
    const code = codeOf(cause);
    const { told } = cause as { readonly told?: unknown };
    // What a proxy has to do with it is `told`.
    if (code !== "") return { code, text: typeof told === "string" ? told : code };
    innermost = cause;
  }
  // One without an end has nothing at its end.
  if (innermost === undefined || innermost.cause instanceof Error) return { code: "unknown", text: "no reason given" };
  const { name, message } = innermost;
  return { code: name, text: name === "TimeoutError" ? "no answer in time" : message };
}
