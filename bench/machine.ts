import { availableParallelism, cpus } from "node:os";

/** Where the numbers belong to: times of two machines, or of one machine on two days, say nothing beside each other. */
export function machineLine(rounds: number, seed: number): string {
  const node = `Node ${process.versions.node}, ${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores`;
  const when = new Date().toISOString().slice(0, 10);
  return `${node}, ${process.platform} ${process.arch}; ${rounds} rounds, medians and quartiles, seed ${seed}; ${when}.`;
}
