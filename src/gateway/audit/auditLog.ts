import { visibleJson } from "../../lib/visibleJson.ts";
import { doneWithin } from "../../lib/waiting.ts";
import type { AuditEntry } from "./auditEntry.ts";
import type { AuditSink } from "./auditSink.ts";
import { cloudTrailRecord, EVENT_SOURCE } from "./cloudTrailRecord.ts";

/** Writes the audit, at the pace that its destination allows. */
export interface AuditLog {
  /** Records one request. It resolves when the next may come, never fails, and waits no longer than `timeoutMs`. */
  readonly write: (entry: AuditEntry, gatewayUrl: string) => Promise<void>;
  /** How many lines were lost because the destination blocked for too long or failed, and are not told there yet. */
  lost(): number;
  /** Tries a destination that failed with the next line, which somebody has repaired. */
  retry(): void;
  /** Whether the last line could not be written. */
  failing(): boolean;
  /** Whether the destination has failed for good. */
  broken(): boolean;
  /** Waits until everything is written, but no longer than `timeoutMs`. */
  close(): Promise<void>;
}

export interface AuditLogOptions {
  /** How long a request waits for a blocked destination. After one time-out no request waits until it unblocks. */
  readonly timeoutMs?: number;
  /** How many bytes wait before the next request does. */
  readonly highWaterBytes?: number;
  /** How many bytes are buffered before lines are dropped and counted. */
  readonly mostBytes?: number;
  /** Lines that an earlier log lost at the same destination. The first line reports them. */
  readonly lostBefore?: number;
  /** Called with the reason when lines begin to be lost: from then on the audit has gaps. */
  readonly onGap?: (reason: string) => void;
  /** Called when lines are written again. */
  readonly onRecovery?: () => void;
}

interface Line {
  readonly record: string;
  readonly at: number;
  /** The request that it is about, or what it says was lost. */
  readonly about: { readonly entry: AuditEntry } | { readonly unsaid: Unsaid };
}

/** What was lost since the last line that says so. */
interface Unsaid {
  readonly lost: number;
  readonly firstTime?: string;
  readonly lastTime?: string;
  readonly requestIds?: readonly string[];
}

const DRAIN_TIMEOUT_MS = 1000;
const HIGH_WATER = 64 * 1024;
const MOST_BYTES = 8 * 1024 * 1024;
/** A failed destination is tried again no sooner, in milliseconds. */
const RETRY_MS = 1000;
/** How many bytes are written at once. */
const BATCH_BYTES = 1024 * 1024;
/** How many of the lost requests are named. */
const MOST_NAMED = 100;

/**
 * Writes the audit as JSON lines, those that come while others are being written together.
 *
 * A blocked destination, such as a full disk or a reader that stopped, delays callers once, for `timeoutMs`, and turns
 * none of them away. The lines it misses are counted, and the first line that it takes again reports which they were.
 */
export function auditLog(sink: AuditSink, options: AuditLogOptions = {}): AuditLog {
  const { timeoutMs = DRAIN_TIMEOUT_MS, highWaterBytes = HIGH_WATER, mostBytes = MOST_BYTES } = options;
  let queue: Line[] = [];
  let pending = 0;
  let lost = 0;
  let unsaid: Unsaid = { lost: options.lostBefore ?? 0 };
  let stalled = false;
  let failedAt: number | undefined;
  let told = false;
  let flushing: Promise<void> | undefined;

  const tell = (reason: string) => {
    if (!told) options.onGap?.(reason);
    told = true;
  };

  function lose({ at, requestId }: AuditEntry): void {
    lost++;
    const { firstTime = timeOf(at), requestIds = [] } = unsaid;
    const ids = requestIds.length < MOST_NAMED ? [...requestIds, requestId] : requestIds;
    unsaid = { lost: unsaid.lost + 1, firstTime, lastTime: timeOf(at), requestIds: ids };
  }

  function loseLine({ about }: Line): void {
    if ("entry" in about) lose(about.entry);
    else unsaid = together(about.unsaid, unsaid);
  }

  function put(line: Line): void {
    queue.push(line);
    pending += line.record.length;
  }

  function nextBatch(): Line[] {
    let bytes = 0;
    let end = 0;
    for (const { record } of queue) {
      bytes += record.length;
      if (end > 0 && bytes > BATCH_BYTES) break;
      end++;
    }
    return queue.splice(0, end);
  }

  async function flush(): Promise<void> {
    // What comes in the same turn is written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const batch = nextBatch();
      const at = batch.at(-1)?.at ?? 0;
      const { written, problem } = await sink.write(
        batch.map(({ record }) => record),
        at,
      );
      for (const { record } of batch) pending -= record.length;
      for (const line of batch.slice(written)) loseLine(line);
      if (problem === undefined) {
        recovered();
        continue;
      }
      failedAt = at;
      tell(problem);
      for (const line of queue) loseLine(line);
      [queue, pending] = [[], 0];
    }
  }

  function recovered(): void {
    if (told) options.onRecovery?.();
    [failedAt, stalled, told] = [undefined, false, false];
    // Those before are told by now.
    lost = unsaid.lost;
  }

  return {
    async write(entry, gatewayUrl) {
      if (sink.isOver() || pending > mostBytes) {
        lose(entry);
        tell("it takes no lines");
        return;
      }
      if (failedAt !== undefined && Math.abs(entry.at - failedAt) < RETRY_MS) return lose(entry);
      const { at } = entry;
      if (unsaid.lost > 0) put({ record: JSON.stringify(gap(at, unsaid)), at, about: { unsaid } });
      unsaid = { lost: 0 };
      put({ record: visibleJson(JSON.stringify(cloudTrailRecord(entry, gatewayUrl))), at, about: { entry } });
      flushing ??= flush().finally(() => {
        flushing = undefined;
      });
      if (pending <= highWaterBytes || stalled) return;
      stalled = !(await doneWithin(timeoutMs, flushing));
    },
    lost: () => lost,
    retry() {
      if (failedAt !== undefined) failedAt = Number.NEGATIVE_INFINITY;
    },
    failing: () => failedAt !== undefined || sink.isOver(),
    broken: () => sink.isOver(),
    async close() {
      if (flushing) await doneWithin(timeoutMs, flushing);
      await sink.close();
    },
  };
}

const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

function together(first: Unsaid, then: Unsaid): Unsaid {
  const ids = [...(first.requestIds ?? []), ...(then.requestIds ?? [])].slice(0, MOST_NAMED);
  return {
    ...then,
    ...first,
    ...(then.lastTime && { lastTime: then.lastTime }),
    lost: first.lost + then.lost,
    ...(ids.length > 0 && { requestIds: ids }),
  };
}

const gap = (at: number, unsaid: Unsaid) => ({
  eventVersion: "1.11",
  eventTime: timeOf(at),
  eventSource: EVENT_SOURCE,
  eventName: "AuditRecordsLost",
  additionalEventData: unsaid,
});
