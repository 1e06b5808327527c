import { finished, type Writable } from "node:stream";
import { doneWithin } from "../../lib/waiting.ts";
import type { AuditEntry } from "./auditEntry.ts";
import { cloudTrailRecord, EVENT_SOURCE } from "./cloudTrailRecord.ts";

/** Writes the audit, at the pace that its destination allows. */
export interface AuditLog {
  /** Records one request. It resolves when the next may come, never fails, and waits no longer than `timeoutMs`. */
  readonly write: (entry: AuditEntry, gatewayUrl: string) => Promise<void>;
  /** How many lines were lost because the destination blocked for too long or failed. */
  lost(): number;
  /** Whether the destination has failed for good. */
  broken(): boolean;
  /** Waits until everything is written, but no longer than `timeoutMs`. */
  close(): Promise<void>;
}

export interface AuditLogOptions {
  /** How long a request waits for a blocked destination. After one time-out no request waits until it unblocks. */
  readonly timeoutMs?: number;
  /** How many bytes are buffered before lines are dropped and counted. */
  readonly mostBytes?: number;
  /** Lines that an earlier log lost at the same destination. The first line reports them. */
  readonly lostBefore?: number;
  /** Called once, with the reason, when lines begin to be lost: from then on the audit has gaps. */
  readonly onGap?: (reason: string) => void;
}

const DRAIN_TIMEOUT_MS = 1000;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Writes the audit as JSON lines.
 *
 * A blocked destination, such as a full disk or a reader that stopped, delays callers once, for `timeoutMs`, and turns
 * none of them away. The lines it misses are counted, and the first line that it takes again reports the count.
 *
 * @param stream `close` ends it, unless it is the process's standard output or error
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
