const SEPARATOR = "___";

/** How a tool or prompt of a target is called at the gateway. */
export const qualifiedName = (target: string, name: string): string => `${target}${SEPARATOR}${name}`;

/** The target and its own name for a tool or prompt; `undefined` for a name without a target. */
export function splitName(name: unknown): { readonly target: string; readonly name: string } | undefined {
  if (typeof name !== "string") return undefined;
  // A target's name has no underscores, and the tool's name may.
  const at = name.indexOf(SEPARATOR);
  return at <= 0 ? undefined : { target: name.slice(0, at), name: name.slice(at + SEPARATOR.length) };
}

/** A name as it is shown: with its target apart, where there is one and something behind it. */
export function partsOfName(name: string): { readonly target: string | undefined; readonly own: string } {
  const split = splitName(name);
  return split === undefined || split.name === ""
    ? { target: undefined, own: name }
    : { target: split.target, own: split.name };
}
