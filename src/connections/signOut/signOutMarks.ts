/**
 * The marks that sign-outs leave behind, by connection, as they stand in the list of connections. A sign-in remembers the
 * mark that it began with: another one when its tokens arrive means that somebody signed out meanwhile, in whichever window
 * or process, and that nobody would expect these tokens to live.
 */
export interface SignOutMarks {
  readonly [connectionId: string]: { readonly mark: string; readonly at: number };
}

/** Longer than any sign-in takes: the waiting for a browser and the life of a device code end within the hour. */
const keptForMs = 24 * 3_600_000;

/** The mark of a connection; undefined where nobody signed out of it lately. What cannot be read is no mark. */
export function signOutMark(marks: unknown, connectionId: string): string | undefined {
  if (typeof marks !== "object" || marks === null || !Object.hasOwn(marks, connectionId)) return undefined;
  const { mark } = ((marks as Partial<SignOutMarks>)[connectionId] ?? {}) as { readonly mark?: unknown };
  return typeof mark === "string" ? mark : undefined;
}

/**
 * The marks with a new one for each of these connections, and without those that are too old for any sign-in.
 *
 * @param now milliseconds since the epoch
 */
export function withSignOut(marks: unknown, connectionIds: readonly string[], now: number): Record<string, unknown> {
  const kept = Object.entries(typeof marks === "object" && marks !== null ? marks : {}).filter(([, one]) => {
    const at = (one as { readonly at?: unknown } | null)?.at;
    return typeof at !== "number" || at > now - keptForMs;
  });
  const mark = crypto.randomUUID();
  return Object.fromEntries([...kept, ...connectionIds.map((id) => [id, { mark, at: now }])]);
}
