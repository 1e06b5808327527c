const start = '{"version":2,"keptIn":';

/**
 * What stands in a store in the place of a sign-in that moved to another. Versions that do not know it take it for a sign-in
 * of a newer one, which they neither read nor write over.
 */
export const movedTo = (place: "keychain" | "editor"): string => `${start}${JSON.stringify(place)}}`;

/** Whether an entry says that its sign-in is kept elsewhere. */
export const isMoved = (text: string | undefined): boolean => text?.startsWith(start) ?? false;

/** The mark in an editor with the sign-in that is on its way back to it. The keychain has it until it says otherwise. */
export const returning = (entry: string): string => `${movedTo("keychain").slice(0, -1)},"returning":${entry}}`;

/** The entry that is on its way back. */
export function returningEntry(text: string | undefined): string | undefined {
  const before = returning("").slice(0, -1);
  return text?.startsWith(before) ? text.slice(before.length, -1) : undefined;
}
