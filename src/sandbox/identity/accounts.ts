import type { SandboxProfile } from "../profiles/sandboxProfile.ts";
import { type Person, people, personBySub } from "./people.ts";

/** The people, under the identifiers that the provider gives them. */
export interface Accounts {
  /** The identifier of the account: `sub` of its ID tokens. */
  idOf(person: Person): string;
  /** The person to whom an account or a token's `sub` belongs. */
  personOf(subject: unknown): Person | undefined;
  /** The account of the person with this identifier in the sandbox. */
  idBySub(sub: string): string;
}

export function accountsOf({ subject, clients }: SandboxProfile): Accounts {
  const idOf = (person: Person) => subject(person, clients.app, "id");
  return {
    idOf,
    personOf: (wanted) =>
      people.find((person) => idOf(person) === wanted || subject(person, clients.app, "access") === wanted),
    idBySub(sub) {
      const person = personBySub(sub);
      return person ? idOf(person) : sub;
    },
  };
}
