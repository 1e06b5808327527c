import type { Writable } from "node:stream";

/** Those who wait for the same output wait together: each would have listeners of its own, and Node warns of more than ten. */
const waited = new WeakMap<Writable, Promise<void>>();

/** Resolves when what waits to be read has been, or nobody reads any more. */
export function untilDrained(output: Writable): Promise<void> {
  const known = waited.get(output);
  if (known !== undefined) return known;
  const drained = new Promise<void>((resolve) => {
    const done = () => {
      output.off("drain", done).off("close", done);
      waited.delete(output);
      resolve();
    };
    output.on("drain", done).on("close", done);
  });
  waited.set(output, drained);
  return drained;
}
