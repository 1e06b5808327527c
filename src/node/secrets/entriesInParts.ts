import { randomBytes } from "node:crypto";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";

/** One platform's keychain: entries of limited length under a name. */
export interface Entries {
  readonly longest: number;
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
  drop(name: string): Promise<void>;
}

/** More than the largest sign-in takes where entries are shortest. */
const MOST_PARTS = 1000;

/**
 * Values of any length and any characters over entries of limited length: Base64, cut into parts. The first entry says
 * how many there are and what the others are called, anew with each write, so that nobody reads half of two values.
 */
export function inParts(entries: Entries): SecretStore {
  const known = new Set<string>();
  const parse = (head: string | undefined) => {
    // A tool stores what it was told when the program that told it was killed: nothing, or the beginning of a head. Kept as one of
    // a newer version, it would be in the way for good.
    if (head === undefined || /^(?:\d{1,4}(?:\.[0-9a-f]{0,8})?)?$/.test(head)) return undefined;
    const [, count, mark = "", first = ""] = /^(\d+)\.([0-9a-f]*)\.([A-Za-z0-9+/=]*)$/.exec(head) ?? [];
    // Of a newer version, perhaps: it is not written over.
    if (count === undefined || Number(count) > MOST_PARTS)
      throw new Error("one of its entries has a form that this version does not know");
    return { count: Number(count), mark, first };
  };
  const partName = (key: string, mark: string, part: number) => `${key}.${mark}.${part}`;
  const dropParts = async (key: string, head: ReturnType<typeof parse>) => {
    for (let part = 1; head && part < head.count; part++) await entries.drop(partName(key, head.mark, part));
  };
  /** `torn` where it was replaced while it was read. */
  const read = async (key: string): Promise<{ readonly value: string | undefined } | "torn"> => {
    const head = parse(await entries.get(key));
    if (!head) return { value: undefined };
    const others = Array.from({ length: Math.max(0, head.count - 1) }, (_, at) => partName(key, head.mark, at + 1));
    const parts = [head.first, ...(await Promise.all(others.map(async (name) => (await entries.get(name)) ?? "")))];
    // A part that is missing was just replaced together with its head.
    return parts.includes("") ? "torn" : { value: Buffer.from(parts.join(""), "base64").toString("utf8") };
  };
  return {
    async get(key) {
      const found = await read(key);
      const again = found === "torn" ? await read(key) : found;
      return again === "torn" ? undefined : again.value;
    },
    async store(key, value) {
      const text = Buffer.from(value, "utf8").toString("base64");
      const before = parse(await entries.get(key));
      const parts = text.match(new RegExp(`.{1,${entries.longest - 20}}`, "g")) ?? [""];
      const mark = randomBytes(4).toString("hex");
      for (const [part, value] of parts.entries()) if (part > 0) await entries.put(partName(key, mark, part), value);
      await entries.put(key, `${parts.length}.${mark}.${parts[0]}`);
      known.add(key);
      await dropParts(key, before);
    },
    async delete(key) {
      const head = parse(await entries.get(key));
      await entries.drop(key);
      known.delete(key);
      await dropParts(key, head);
    },
    keys: async () => [...known],
  };
}
