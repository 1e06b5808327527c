import { accessSync, closeSync, constants, createWriteStream, fstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { type AuditLog, type AuditLogOptions, auditLog } from "./auditLog.ts";

/** The audit in a file. */
export interface AuditFile extends AuditLog {
  /** Whether the path still leads to the file that is written: it may have been renamed or removed. */
  isAtPath(): boolean;
}

/** How often the path is looked at while lines are written, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Appends the audit to a file that only its owner can read. The file is opened at once, so that an operator learns that
 * there will be no audit before the gateway lets the first request in.
 *
 * Once its path leads elsewhere, which is a gap for whoever reads the audit there, lines go on to the file that was opened
 * for as long as it has a name, and are lost and counted afterwards.
 *
 * @throws Error with a message for the operator, when the file cannot be opened for appending
 */
export function auditFile(path: string, options: AuditLogOptions = {}): AuditFile {
  let stream: Writable;
  let file: number;
  try {
    // Opening a named pipe synchronously would block the process until somebody reads it.
    if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) {
      return { ...auditLog(createWriteStream(path), options), isAtPath: () => true };
    }
    file = openSync(path, "a", 0o600);
    stream = createWriteStream(path, { fd: file });
  } catch (error) {
    throw new Error(problemOf(path, error));
  }
  // A full disk may have cut the last line off. It stays a line of its own.
  if (endsMidLine(path)) stream.write("\n");
  const log = auditLog(stream, options);
  const opened = fstatSync(file, { bigint: true });
  const isAtPath = () => {
    const there = statSync(path, { bigint: true, throwIfNoEntry: false });
    return there?.ino === opened.ino && there.dev === opened.dev;
  };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isElsewhere = false;
  let isNameless = false;
  let lost = 0;
  return {
    ...log,
    async write(entry, gatewayUrl) {
      if (entry.at - lookedAt >= LOOK_MS && !log.broken()) {
        lookedAt = entry.at;
        if (!isElsewhere && !isAtPath()) {
          isElsewhere = true;
          options.onGap?.("its path does not lead to the file that was opened");
        }
        isNameless = isElsewhere && fstatSync(file).nlink === 0;
      }
      if (isNameless) lost++;
      else await log.write(entry, gatewayUrl);
    },
    lost: () => log.lost() + lost,
    isAtPath,
  };
}

function endsMidLine(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return false;
  try {
    const file = openSync(path, "r");
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, size - 1);
    closeSync(file);
    return last.toString() !== "\n";
  } catch {
    return false;
  }
}

/** Why an audit file could not be opened for appending, as far as that shows without creating it. */
export function auditFileProblem(path: string): string | undefined {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) return problemOf(path, { code: "EISDIR" });
    accessSync(there ? path : dirname(path), constants.W_OK);
    return undefined;
  } catch (error) {
    return problemOf(path, error);
  }
}

function problemOf(path: string, error: unknown): string {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  const reason = code === "ENOENT" ? "its folder does not exist" : code === "EISDIR" ? "it is a folder" : code;
  return `local.auditFile: ${path} cannot be opened for appending: ${reason}; make it writable, or name another file`;
}
