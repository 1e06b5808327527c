import { PassThrough } from "node:stream";
import { endSignals } from "./endSignals.ts";
import { isAlive } from "./isAlive.ts";

/** How often to check that the parent still runs. Its death does not always close our standard input. */
const PARENT_CHECK_MS = 1_000;

/**
 * Reads standard input from the start, and reports once when our parent no longer needs us: it closed our input, sent a
 * signal, or died.
 */
export function watchParent(onEnd: (why: string) => void): { readonly input: PassThrough; stop(): void } {
  const input = new PassThrough();
  const parent = process.ppid;
  let over = false;
  const end = (why: string) => {
    if (over) return;
    over = true;
    clearInterval(timer);
    onEnd(why);
  };
  const timer = setInterval(() => {
    if (process.ppid !== parent || !isAlive(parent)) end("the parent is gone");
  }, PARENT_CHECK_MS);
  process.stdin.once("end", () => end("stdin ended"));
  process.stdin.once("close", () => end("stdin closed"));
  process.stdin.once("error", () => end("stdin failed"));
  process.stdin.pipe(input);
  process.stdout.on("error", () => end("stdout closed"));
  // The reader of our standard error may be gone before us.
  process.stderr.on("error", () => {});
  for (const signal of endSignals(process.platform)) process.on(signal, () => end(signal));
  return { input, stop: () => clearInterval(timer) };
}
