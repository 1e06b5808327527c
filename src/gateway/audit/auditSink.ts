import { finished, type Writable } from "node:stream";

/** What became of lines that were to be written. */
export interface SinkAnswer {
  /** How many of them stand there whole. */
  readonly written: number;
  /** Why not all. */
  readonly problem?: string;
}

/** Where the audit goes. It is asked for one batch of lines at a time. */
export interface AuditSink {
  /**
   * Writes records, each as a line. It never fails.
   *
   * @param at when, in milliseconds since the epoch
   */
  write(records: readonly string[], at: number): Promise<SinkAnswer>;
  /** Whether it has failed for good. */
  isOver(): boolean;
  close(): Promise<void>;
}

/** A pipe, or another stream whose first failure is its last. */
export function streamSink(stream: Writable): AuditSink {
  let isOver = false;
  finished(stream, { readable: false }, () => {
    isOver = true;
  });
  return {
    write: (records) =>
      new Promise((resolve) => {
        stream.write(records.map((record) => `${record}\n`).join(""), (error) => {
          isOver ||= Boolean(error);
          if (error) resolve({ written: 0, problem: (error as NodeJS.ErrnoException).code ?? error.message });
          else resolve({ written: records.length });
        });
      }),
    isOver: () => isOver,
    async close() {
      stream.destroy();
    },
  };
}
