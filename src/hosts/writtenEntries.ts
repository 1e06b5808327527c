import { GatewayFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import { type RecordList, readRecordList, recordText } from "../lib/json/recordList.ts";
import type { TextFile } from "../lib/textFile.ts";
import { type HostId, hostIds } from "./hostIds.ts";

/** Where one of our entries is, so that it is found again when something about it changes. */
export interface WrittenEntry {
  readonly connectionId: string;
  readonly host: HostId;
  readonly path: string;
  /** We switched it off at a sign-out, and switch it on again. */
  readonly disabled?: boolean;
}

/**
 * The list of the entries that were written, the same for every window. What this version does not know in it, an entry in
 * a host of a newer version for example, stays there byte for byte.
 */
export class WrittenEntries {
  readonly #file: TextFile;
  readonly #lock: CrossProcessLock;

  constructor(file: TextFile, lock: CrossProcessLock) {
    this.#file = file;
    this.#lock = lock;
  }

  /** @throws GatewayFailure `file_damaged`; the file is left as it is */
  async all(): Promise<readonly WrittenEntry[]> {
    return entriesOf(await this.#read());
  }

  /** @throws GatewayFailure `file_damaged` */
  remember(entry: WrittenEntry): Promise<void> {
    return this.#change((all) => [...all.filter((one) => !samePlace(one, entry)), entry]);
  }

  /** @throws GatewayFailure `file_damaged` */
  forget(entry: WrittenEntry): Promise<void> {
    return this.#change((all) => all.filter((one) => !samePlace(one, entry)));
  }

  /** Every change starts from what is stored, so that two windows keep each other's. */
  #change(change: (all: readonly WrittenEntry[]) => readonly WrittenEntry[]): Promise<void> {
    return this.#lock.run("entries", async () => {
      const list = await this.#read();
      const next = change(entriesOf(list));
      const kept = list.records.filter(({ value }) => !isEntry(value) || next.includes(value));
      const added = next.filter((entry) => !kept.some(({ value }) => value === entry));
      const texts = [...kept.map(({ text }) => text), ...added.map((entry) => recordText(entry))];
      await this.#file.write(list.withRecords(texts, { version: list.member("version") ?? 1 }));
    });
  }

  async #read(): Promise<RecordList> {
    const text = await this.#file.read();
    const list = readRecordList(text, "entries");
    if (list) return list;
    const reason = text?.trim() === "" ? "it is empty" : "it is no list of entries";
    throw new GatewayFailure("file_damaged", { path: this.#file.path, reason });
  }
}

const samePlace = (one: WrittenEntry, other: WrittenEntry): boolean =>
  one.connectionId === other.connectionId && one.path === other.path;

const entriesOf = ({ records }: RecordList): readonly WrittenEntry[] =>
  records.map(({ value }) => value).filter(isEntry);

function isEntry(value: unknown): value is WrittenEntry {
  const { connectionId, host, path } = (value ?? {}) as Partial<WrittenEntry>;
  return typeof connectionId === "string" && typeof path === "string" && (hostIds as readonly unknown[]).includes(host);
}
