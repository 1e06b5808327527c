import { asFailure } from "../../failures/failure.ts";
import { partLoaded } from "../../failures/partLoaded.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { Log } from "../../lib/log.ts";
import type { TextFile } from "../../lib/textFile.ts";
import { signInBundle } from "../../oauth/tokens/lazyRequests.ts";
import type { KeptRefusal, KeptWorld } from "./keptRefusal.ts";

/** What reads and writes them, loaded where there is something to read or write. */
const loadRefusals = () => partLoaded(import("./refusalFile.ts"), signInBundle);

/** The refusals of gateways, the same in every window and after each start. One that cannot be kept is known here only. */
export class KeptAttention {
  readonly #world: KeptWorld;
  readonly #records = new Map<string, KeptRefusal>();

  constructor(file: TextFile, lock: CrossProcessLock, log: Log) {
    this.#world = { file, lock, log };
  }

  /** Takes in what was kept. A file that cannot be read counts as empty, and is not written over. */
  async load(): Promise<void> {
    const text = await this.#world.file.read().catch(() => undefined);
    if (text === undefined) return;
    const part = await this.#part();
    for (const one of part?.refusalsIn(text) ?? []) this.#records.set(one.id, one);
  }

  find(id: string): KeptRefusal | undefined {
    return this.#records.get(id);
  }

  /** Keeps a refusal as far as it says nothing of a token; any other failure is not kept. */
  async keep(refusal: KeptRefusal): Promise<void> {
    this.#records.set(refusal.id, refusal);
    const part = await this.#part();
    // Taken meanwhile, or refused otherwise.
    if (part === undefined || this.#records.get(refusal.id) !== refusal) return;
    const failure = part.withoutClaims(refusal.failure);
    if (!failure) return this.drop(refusal.id);
    await this.#replace(refusal.id, { ...refusal, failure });
  }

  async drop(id: string): Promise<void> {
    if (this.#records.has(id)) await this.#replace(id, undefined);
  }

  async #replace(id: string, next: KeptRefusal | undefined): Promise<void> {
    if (next) this.#records.set(id, next);
    else this.#records.delete(id);
    await (await this.#part())?.writeRefusal(id, next, this.#world);
  }

  /** Nobody waits for what is kept: a part that is gone, as while the extension is replaced, is told in the log alone. */
  #part() {
    return loadRefusals().catch((error: unknown) => {
      this.#world.log.warn("the refusals of gateways are known to this window only", { code: asFailure(error).code });
      return undefined;
    });
  }
}
