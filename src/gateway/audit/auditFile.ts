import { accessSync, closeSync, constants, createWriteStream, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { type AuditLog, type AuditLogOptions, auditLog } from "./auditLog.ts";

/**
 * Appends the audit to a file that only its owner can read. The file is opened at once, so that an operator learns that
 * there will be no audit before the gateway lets the first request in.
 *
 * @throws Error with a message for the operator, when the file cannot be opened for appending
 */
export function auditFile(path: string, options: AuditLogOptions = {}): AuditLog {
  let stream: Writable;
  try {
    // Opening a named pipe synchronously would block the process until somebody reads it.
    if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) return auditLog(createWriteStream(path), options);
    stream = createWriteStream(path, { fd: openSync(path, "a", 0o600) });
  } catch (error) {
    throw new Error(problemOf(path, error));
  }
  // A full disk may have cut the last line off. It stays a line of its own.
  if (endsMidLine(path)) stream.write("\n");
  return auditLog(stream, options);
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
