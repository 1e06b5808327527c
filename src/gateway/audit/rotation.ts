import { readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** When a file of the audit is full, and how many are kept. */
export interface RotationSettings {
  /** The most bytes of a file. */
  readonly maxBytes?: number | undefined;
  /** Whether each day, of UTC, has files of its own. */
  readonly daily?: boolean | undefined;
  /** How many full files are kept beside the one that is written. */
  readonly files: number;
}

/** The day of a time, in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const rotated = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z(?:-\d{4})?$/;

/** The full files of an audit, the oldest first. Whatever else stands beside it is none. */
export function rotatedFiles(path: string): readonly string[] {
  const start = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start) && rotated.test(name.slice(start.length)) && timeIn(name) >= 0)
    .sort()
    .map((name) => join(dirname(path), name));
}

/** The time in a full file's name, in milliseconds since 1970. */
const timeIn = (file: string): number =>
  Date.parse(file.slice(file.lastIndexOf(".") + 1).replace(rotated, "$1-$2-$3T$4:$5:$6.$7Z"));

/**
 * Gives the audit's file the name of a full one, and removes those that are too many. The name is the time, or a
 * millisecond after the newest full file where that is later: the order of the names is the order of the lines, also
 * when a file is full within a millisecond, and when the clock was set back.
 *
 * @param at the time, in milliseconds since 1970
 * @returns whether any was removed
 * @throws Error of the file system
 */
export function rotate(path: string, at: number, { files }: RotationSettings): boolean {
  const kept = rotatedFiles(path);
  const newest = kept.at(-1);
  const time = newest === undefined ? at : Math.max(at, timeIn(newest) + 1);
  const name = `${path}.${new Date(time).toISOString().replace(/[-:.]/g, "")}`;
  renameSync(path, name);
  const tooMany = [...kept, name].slice(0, -files);
  for (const one of tooMany) rmSync(one, { force: true });
  return tooMany.length > 0;
}
