import type { Environment } from "../../system/environment.ts";

const reference = /\$\{env:(\w+)\}/g;

/** References in the forms of other programs, such as `${TOKEN}` and `${input:token}`, each once. */
export const otherReferences = (value: string): readonly string[] => [
  ...new Set((value.match(/\$\{[^}]*\}?/g) ?? []).filter((found) => !/^\$\{env:\w+\}$/.test(found))),
];

/** Replaces the variables in a value of a file. */
export const filledIn = (value: string, environment: Environment): string =>
  value.replace(reference, (_whole, name: string) => environment[name] ?? "");

/** The variables in a value that are unset or empty, each once. */
export const unsetVariables = (value: string, environment: Environment): readonly string[] => [
  ...new Set([...value.matchAll(reference)].map(([, name = ""]) => name).filter((name) => !environment[name])),
];
