/** The variables that a file may name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{env:(\w+)\}/g;

/** A value of a file with its variables filled in. */
export const filledIn = (value: string, environment: Environment): string =>
  value.replace(reference, (_whole, name: string) => environment[name] ?? "");

/** The variables of a value that are not set, or empty, each once. */
export const unsetVariables = (value: string, environment: Environment): readonly string[] => [
  ...new Set([...value.matchAll(reference)].map(([, name = ""]) => name).filter((name) => !environment[name])),
];
