/** The variables to which a file may refer, in the form of `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{env:(\w+)\}/g;

/** Replaces the variables in a value of a file. */
export const filledIn = (value: string, environment: Environment): string =>
  value.replace(reference, (_whole, name: string) => environment[name] ?? "");

/** The variables in a value that are unset or empty, each once. */
export const unsetVariables = (value: string, environment: Environment): readonly string[] => [
  ...new Set([...value.matchAll(reference)].map(([, name = ""]) => name).filter((name) => !environment[name])),
];
