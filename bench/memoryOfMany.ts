import { residentBytes } from "./mcpRemote.ts";
import type { Program } from "./programs.ts";

/** What all processes of several hosts at once have in memory, each with its tools listed; in bytes. */
export async function memoryOfMany(program: Program, instances: number): Promise<number> {
  const running: Awaited<ReturnType<Program["connect"]>>[] = [];
  try {
    for (let count = 0; count < instances; count++) running.push(await program.connect());
    for (const { client } of running) await client.listTools();
    const sizes = await Promise.all(running.map(({ pid }) => residentBytes(pid)));
    return sizes.reduce((sum, size) => sum + size, 0);
  } finally {
    for (const { stop } of running) await stop();
  }
}
