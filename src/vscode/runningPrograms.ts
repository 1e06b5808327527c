import type { LocalProgram } from "../connections/tree/treeNode.ts";

/** The gateways and the sandbox that this window runs, told to whoever shows them. */
export class RunningPrograms {
  readonly #running = new Map<string, LocalProgram>();
  readonly #onChanged: () => void;

  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
  }

  get all(): readonly LocalProgram[] {
    return [...this.#running.values()];
  }

  /** @param program undefined when it has ended */
  set(key: string, program: LocalProgram | undefined): void {
    if (program) this.#running.set(key, program);
    else if (!this.#running.delete(key)) return;
    this.#onChanged();
  }
}
