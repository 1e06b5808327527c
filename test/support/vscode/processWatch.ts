import { readFileSync } from "node:fs";
import { descendants } from "./startProcess.ts";

export interface ProcessRecord {
  readonly pid: number;
  readonly args: string;
  readonly environment: string;
}

/**
 * Remembers the arguments and the environment of every process below this one, also of those that ended since.
 *
 * Only where the system shows them as files (`/proc`); elsewhere it sees none, and says so by an empty answer.
 */
export class ProcessWatch {
  readonly #seen = new Map<string, ProcessRecord>();
  readonly #timer: NodeJS.Timeout;

  constructor(intervalMs = 250) {
    this.#look();
    this.#timer = setInterval(() => this.#look(), intervalMs);
    this.#timer.unref();
  }

  stop(): readonly ProcessRecord[] {
    this.#look();
    clearInterval(this.#timer);
    return [...this.#seen.values()];
  }

  #look(): void {
    for (const pid of descendants(process.pid)) {
      const args = read(pid, "cmdline");
      // A process may become another program, so a process is known by what it runs.
      const key = `${pid} ${args}`;
      if (args !== "" && !this.#seen.has(key)) this.#seen.set(key, { pid, args, environment: read(pid, "environ") });
    }
  }
}

function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
