import { readFile } from "node:fs/promises";
import { add, large } from "./calls.ts";
import type { Program } from "./programs.ts";

/** What a program takes of the processor, in all its threads; in milliseconds. */
export interface ProcessorSample {
  /** From its start until its tools are listed. */
  readonly start: number;
  readonly call: number;
  readonly largeCall: number;
}

const WARM_UP_CALLS = 100;
const CALLS = 300;
const LARGE_CALLS = 5;

/** Measures what does not grow while a program waits for a processor that others use: on a busy machine it says most. */
export async function measureProcessorTime(program: Program, largeBytes: number): Promise<ProcessorSample> {
  const { client, pid, stop } = await program.connect();
  try {
    await client.listTools();
    const start = await processorMs(pid);
    const each = async (call: () => Promise<void>, count: number): Promise<number> => {
      const before = await processorMs(pid);
      for (let done = 0; done < count; done++) await call();
      return ((await processorMs(pid)) - before) / count;
    };
    const small = () => add(client);
    const big = () => large(largeBytes)(client);
    await each(small, WARM_UP_CALLS);
    const call = await each(small, CALLS);
    await each(big, 1);
    return { start, call, largeCall: await each(big, LARGE_CALLS) };
  } finally {
    await stop();
  }
}

/** Linux counts hundredths of a second (proc(5), `utime` and `stime`). */
export async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
