import { accessSync, constants, createWriteStream, statSync } from "node:fs";
import { dirname } from "node:path";
import { type AuditLog, type AuditLogOptions, auditLog } from "./auditLog.ts";
import { streamSink } from "./auditSink.ts";
import { type FileSettings, fileSink } from "./fileSink.ts";

/** The audit in a file. */
export interface AuditFile extends AuditLog {
  /** Whether the path still leads to the file that is written: it may have been renamed or removed. */
  isAtPath(): boolean;
  /**
   * Goes on in the file to which the path leads now. No line is lost or split over it.
   *
   * @throws Error with a message for the operator, when that cannot be opened for appending
   */
  reopen(): void;
}

/** @see FileSettings */
export interface AuditFileOptions extends AuditLogOptions, FileSettings {}

/**
 * Appends the audit to a file that only its owner can read. The file is opened at once, so that an operator learns that
 * there will be no audit before the gateway lets the first request in.
 *
 * Once its path leads elsewhere, which is a gap for whoever reads the audit there, lines go on to the file that was opened
 * for as long as it has a name, and are lost and counted afterwards.
 *
 * @throws Error with a message for the operator, when the file cannot be opened for appending
 */
export function auditFile(path: string, options: AuditFileOptions = {}): AuditFile {
  // Opening a named pipe synchronously would block the process until somebody reads it.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) {
    if (options.chain ?? options.rotate)
      throw new Error(`local.audit: ${path} is a pipe, which has neither rotation nor chain`);
    return { ...auditLog(streamSink(createWriteStream(path)), options), isAtPath: () => true, reopen: () => {} };
  }
  const opened = <T>(open: () => T): T => {
    try {
      return open();
    } catch (error) {
      const isOurs = (error as NodeJS.ErrnoException).code === undefined;
      throw isOurs ? error : new Error(problemOf(path, error));
    }
  };
  const sink = opened(() => fileSink(path, options));
  const log = auditLog(sink, options);
  return {
    ...log,
    isAtPath: sink.isAtPath,
    reopen() {
      opened(sink.reopen);
      log.retry();
    },
  };
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
