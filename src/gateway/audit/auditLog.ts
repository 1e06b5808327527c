import { finished, type Writable } from "node:stream";
import { doneWithin } from "../../lib/waiting.ts";
import type { AuditEntry } from "./auditEntry.ts";
import { cloudTrailRecord, EVENT_SOURCE } from "./cloudTrailRecord.ts";

/** A place that takes one line after the other, at its own pace. */
export interface AuditLog {
  /** Puts one request down. Resolves when the next may come; never fails, and never waits longer than it was told to. */
  readonly write: (entry: AuditEntry, gatewayUrl: string) => Promise<void>;
  /** Lines that are missing: the place took none for too long, or takes none any more. */
  lost(): number;
  /** Whether the place takes no lines any more, for good. */
  broken(): boolean;
  /** Waits until everything is written, for as long as a line may wait. */
  close(): Promise<void>;
}

export interface AuditLogOptions {
  /** How long a request waits for a place that takes no more lines; after that none waits until it takes them again. */
  readonly timeoutMs?: number;
  /** How much is kept in memory for it, in bytes, before lines are dropped and counted. */
  readonly mostBytes?: number;
  /** Lines that were lost before, at the same place; the first line says how many. */
  readonly lostBefore?: number;
  /** Told why, once, when the place takes no more lines or lines begin to be dropped: from then on the audit has gaps. */
  readonly onGap?: (reason: string) => void;
}

const DRAIN_TIMEOUT_MS = 1000;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Writes the audit as JSON lines.
 *
 * A place that is slow, a full disk or a reader that stopped, slows the callers down once, for `timeoutMs`, and keeps
 * none of them out. What it then misses is counted, and the count is the first line it gets when it takes lines again.
 *
 * @param stream is ended by `close`, unless it is one of the process's own
 */
export function auditLog(stream: Writable, options: AuditLogOptions = {}): AuditLog {
  const { timeoutMs = DRAIN_TIMEOUT_MS, mostBytes = MOST_BYTES, lostBefore = 0, onGap } = options;
  let lost = 0;
  let unsaid = lostBefore;
  let stalled = false;
  let broken = false;
  let told = false;
  const tell = (reason: string) => {
    if (!told) onGap?.(reason);
    told = true;
  };
  finished(stream, { readable: false }, (error) => {
    broken = true;
    if (error) tell((error as NodeJS.ErrnoException).code ?? error.message);
  });
  stream.on("drain", () => {
    stalled = false;
  });

  function put(record: unknown, failed?: () => void): boolean {
    return stream.write(`${JSON.stringify(record)}\n`, (error) => {
      if (error) failed?.();
    });
  }

  function lose(): void {
    lost++;
    unsaid++;
  }

  return {
    async write(entry, gatewayUrl) {
      if (broken || stream.writableLength > mostBytes) {
        lose();
        tell("it takes no lines");
        return;
      }
      if (unsaid > 0) put(gap(entry.at, unsaid));
      unsaid = 0;
      if (put(cloudTrailRecord(entry, gatewayUrl), lose) || stalled) return;
      stalled = !(await drained(stream, timeoutMs));
    },
    lost: () => lost,
    broken: () => broken,
    async close() {
      if (broken) return;
      const ownStream = stream === process.stdout || stream === process.stderr;
      if (ownStream) return void (stream.writableLength > 0 && (await drained(stream, timeoutMs)));
      const ended = new Promise<void>((resolve) => finished(stream, { readable: false }, () => resolve()));
      stream.end();
      await doneWithin(timeoutMs, ended);
      stream.destroy();
    },
  };
}

const gap = (at: number, lost: number) => ({
  eventVersion: "1.11",
  eventTime: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
  eventSource: EVENT_SOURCE,
  eventName: "AuditRecordsLost",
  additionalEventData: { lost },
});

async function drained(stream: Writable, ms: number): Promise<boolean> {
  let done = () => {};
  const drain = new Promise<void>((resolve) => {
    done = resolve;
    for (const event of ["drain", "close", "error"]) stream.once(event, done);
  });
  try {
    return await doneWithin(ms, drain);
  } finally {
    for (const event of ["drain", "close", "error"]) stream.off(event, done);
  }
}
