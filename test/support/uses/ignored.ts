/** The things that a person may use of what ships. */
export type Kind = "standalone" | "gateway" | "sandbox" | "command" | "setting";

/**
 * What this run ignores on purpose, such as `standalone --json`: the programs are started without it, a command does
 * nothing, a setting is not there. The test that is named for it in `uses.ts` has to fail then.
 */
export const isIgnored = (kind: Kind, name: string): boolean => process.env.TEST_IGNORED === `${kind} ${name}`;

/** What of one program is ignored, if anything is. */
export function ignoredOf(kind: Kind): string | undefined {
  const [of, name] = (process.env.TEST_IGNORED ?? "").split(" ");
  return of === kind ? name : undefined;
}
