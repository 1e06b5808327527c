import { randomBytes } from "node:crypto";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";

/** What a tool tells of an entry. */
export interface FoundEntry {
  readonly value: string;
  /** Those whose names are this one's with a point and more behind it, where the tool tells of them in the same answer. */
  readonly beside?: ReadonlyMap<string, string>;
}

/** One platform's keychain: entries of limited length under a name. Each question starts a program, so that it may be asked for several. */
export interface Entries {
  readonly longest: number;
  get(name: string): Promise<FoundEntry | undefined>;
  /** @returns what they are, in their order; some are undefined where not all are there */
  getEach(names: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Puts entries, one after the other. The last one is put only where all others are. */
  put(entries: readonly (readonly [name: string, value: string])[]): Promise<void>;
  drop(names: readonly string[]): Promise<void>;
}

/** What the first entry of a value says of the others: how many there are with it, and what they are called. */
interface Parts {
  readonly count: number;
  readonly mark: string;
}

interface Head extends Parts {
  /** Its own part of the value. */
  readonly first: string;
}

/** A keychain, which looks at an entry before it takes it away: what else belongs to it has to go too. */
export interface KeychainStore extends SecretStore {
  /** @param isSeen whoever asks has just read the entry and keeps everybody from changing it, so that it is not looked at again */
  store(key: string, value: string, isSeen?: boolean): PromiseLike<void>;
  /** @param isSeen as for `store` */
  delete(key: string, isSeen?: boolean): PromiseLike<void>;
  /** What was found when it was opened counts no more: somebody else may have changed it. */
  forget?(): void;
}

/** More than the largest sign-in takes where entries are shortest. */
const MOST_PARTS = 1000;

/**
 * Values of any length and any characters over entries of limited length: Base64, cut into parts. The first entry says
 * how many there are and what the others are called, anew with each write, so that nobody reads half of two values.
 */
export function inParts(entries: Entries): KeychainStore {
  const known = new Set<string>();
  /** What was found of each entry last, or written; without what is secret. Of two that overlap the one that began last counts. */
  const seen = new Map<string, { parts?: Parts | undefined; isKnown?: true }>();
  const learning = async <T extends Parts | undefined>(key: string, act: () => Promise<T>): Promise<T> => {
    const turn: { parts?: Parts | undefined; isKnown?: true } = {};
    seen.set(key, turn);
    const found = await act();
    if (found) turn.parts = { count: found.count, mark: found.mark };
    turn.isKnown = true;
    return found;
  };
  const parse = (head: string | undefined): Head | undefined => {
    // A tool stores what it was told when the program that told it was killed: nothing, or the beginning of a head. Kept as one of
    // a newer version, it would be in the way for good.
    if (head === undefined || /^(?:\d{1,4}(?:\.[0-9a-f]{0,8})?)?$/.test(head)) return undefined;
    const [, count, mark = "", first = ""] = /^(\d+)\.([0-9a-f]*)\.([A-Za-z0-9+/=]*)$/.exec(head) ?? [];
    // Of a newer version, perhaps: it is not written over.
    if (count === undefined || Number(count) > MOST_PARTS)
      throw new Error("one of its entries has a form that this version does not know");
    return { count: Number(count), mark, first };
  };
  const look = (key: string) =>
    learning(key, async () => {
      const { value, beside } = (await entries.get(key)) ?? {};
      const head = parse(value);
      return head && { ...head, beside };
    });
  const before = async (key: string, isSeen: boolean): Promise<Parts | undefined> => {
    const last = isSeen ? seen.get(key) : undefined;
    return last?.isKnown ? last.parts : await look(key);
  };
  /** The names of the parts behind the first. */
  const partNames = (key: string, { count, mark }: Parts = { count: 0, mark: "" }): readonly string[] =>
    Array.from({ length: Math.max(0, count - 1) }, (_, at) => `${key}.${mark}.${at + 1}`);
  /** `torn` where it was replaced while it was read. */
  const read = async (key: string): Promise<{ readonly value: string | undefined } | "torn"> => {
    const head = await look(key);
    if (!head) return { value: undefined };
    const names = partNames(key, head);
    const told = names.map((name) => head.beside?.get(name));
    const parts = [head.first, ...(told.includes(undefined) ? await entries.getEach(names) : told)];
    // A part that is missing was just replaced together with its head.
    return parts.some((part) => !part) ? "torn" : { value: Buffer.from(parts.join(""), "base64").toString("utf8") };
  };
  return {
    async get(key) {
      const found = await read(key);
      const again = found === "torn" ? await read(key) : found;
      return again === "torn" ? undefined : again.value;
    },
    async store(key, value, isSeen = false) {
      const text = Buffer.from(value, "utf8").toString("base64");
      const replaced = await before(key, isSeen);
      const parts = text.match(new RegExp(`.{1,${entries.longest - 20}}`, "g")) ?? [""];
      const written = { count: parts.length, mark: randomBytes(4).toString("hex") };
      const others = partNames(key, written).map((name, at) => [name, parts[at + 1] ?? ""] as const);
      await learning(key, async () => {
        await entries.put([...others, [key, `${written.count}.${written.mark}.${parts[0]}`]]);
        return written;
      });
      known.add(key);
      const left = partNames(key, replaced);
      if (left.length > 0) await entries.drop(left);
    },
    async delete(key, isSeen = false) {
      const gone = await before(key, isSeen);
      await learning(key, async () => {
        await entries.drop([key, ...partNames(key, gone)]);
        return undefined;
      });
      known.delete(key);
    },
    keys: async () => [...known],
  };
}
