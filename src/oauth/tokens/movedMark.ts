/*
 * A sign-in is in one store at a time, the editor's or the keychain, since a refresh token that two of them renew is revoked
 * (RFC 9700, 4.14.2). Where it was before stands a mark, so that no program takes the empty place for a sign-out.
 */

const start = '{"version":2,"keptIn":';

/**
 * The mark of a sign-in that moved to another store. It is written as an entry of a newer version: programs that do not know
 * the mark neither read such an entry nor write over it.
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
