/** How deep libraries wrap; an error may also be its own cause. */
const DEEPEST = 8;

/**
 * An error and what caused it, the outermost first.
 *
 * @param several what to look at where several addresses were tried in vain (AggregateError): each, or the first alone, for
 *   whoever tells a person one reason
 */
export function* causesOf(error: unknown, several: "each" | "first" = "each"): Generator<unknown> {
  let current = error;
  for (let depth = 0; current !== undefined && current !== null && depth < DEEPEST; depth++) {
    yield current;
    const tried: readonly unknown[] = current instanceof AggregateError ? current.errors : [];
    const { cause } = current as { readonly cause?: unknown };
    if (several === "each") yield* tried;
    current = several === "first" ? (tried[0] ?? cause) : cause;
  }
}

/** The code that Node or a library gave an error, or nothing. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "";
};

/** What somebody who threw says of it, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
