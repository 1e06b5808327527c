/**
 * The reason behind `fetch failed`: Node wraps it, sometimes twice, and for several addresses in an AggregateError.
 *
 * @returns the code of the innermost error that has one, or its name, and what to tell people
 */
export function networkReason(error: unknown): { readonly code: string; readonly text: string } {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const { code, told } = current as { readonly code?: unknown; readonly told?: unknown };
    // What a proxy has to do with it is `told`.
    if (typeof code === "string") return { code, text: typeof told === "string" ? told : code };
    const inner = current instanceof AggregateError ? current.errors[0] : current.cause;
    if (inner === undefined) {
      const { name, message } = current;
      return { code: name, text: name === "TimeoutError" ? "no answer in time" : message };
    }
    current = inner;
  }
  return { code: "unknown", text: "no reason given" };
}
