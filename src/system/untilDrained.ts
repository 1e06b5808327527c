import type { Writable } from "node:stream";

/** Resolves when what waits to be read has been, or nobody reads any more. */
export function untilDrained(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      output.off("drain", done).off("close", done);
      resolve();
    };
    output.on("drain", done).on("close", done);
  });
}
