import type * as vscode from "vscode";

/** Where the ids are kept. */
const ASKED = "askedConsents";
/** More gateways than anybody has. */
const MOST_GATEWAYS = 200;

/**
 * The gateways of which a target has asked for somebody's consent, by the ids of their connections. Nothing that a gateway says of
 * itself tells that it has such targets, and a consent outlives the window in which it was given.
 */
export class AskedConsents {
  readonly #memory: Pick<vscode.Memento, "get" | "update">;
  readonly #onChanged: () => void;

  constructor(memory: Pick<vscode.Memento, "get" | "update">, onChanged: () => void) {
    this.#memory = memory;
    this.#onChanged = onChanged;
  }

  has(id: string): boolean {
    return this.#ids().includes(id);
  }

  /** Takes in that a target of this gateway asks. */
  add(id: string): void {
    if (this.has(id)) return;
    // Where it cannot be kept, the commands are in the palette.
    this.#memory.update(ASKED, [...this.#ids(), id].slice(-MOST_GATEWAYS)).then(this.#onChanged, () => {});
  }

  #ids(): readonly string[] {
    return this.#memory.get<readonly string[]>(ASKED, []);
  }
}
