/** Somebody who can sign in here. There are no passwords: choosing the person is the sign-in. */
export interface Person {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
}

/** The people of the sandbox: two, so that switching accounts can be tried. */
export const people: readonly Person[] = [
  { sub: "ada", name: "Ada Lovelace", email: "ada@example.com" },
  { sub: "grace", name: "Grace Hopper", email: "grace@example.com" },
];

/** The person with this subject identifier. */
export function personBySub(sub: unknown): Person | undefined {
  return people.find((person) => person.sub === sub);
}
