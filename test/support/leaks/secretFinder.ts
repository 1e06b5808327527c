import { type Needle, needlesOf, type Secret } from "./secretForms.ts";

export interface Finding {
  readonly secret: Secret;
  readonly form: string;
}

/** Looks for many secrets in many forms at once: a heap is a hundred megabytes, and there are thousands of needles. */
export class SecretFinder {
  readonly #begins = new Uint8Array(1 << 24);
  readonly #needles = new Map<number, Needle[]>();
  readonly count: number;

  constructor(secrets: readonly Secret[]) {
    let count = 0;
    for (const needle of secrets.flatMap(needlesOf)) {
      const key = beginOf(Buffer.from(needle.text, "latin1"), 0);
      this.#begins[key] = 1;
      this.#needles.set(key, [...(this.#needles.get(key) ?? []), needle]);
      count += 1;
    }
    this.count = count;
  }

  /** What of the secrets stands there, each with the first form that was met. */
  find(where: Buffer | string): readonly Finding[] {
    const bytes = typeof where === "string" ? Buffer.from(where, "utf8") : where;
    const found = new Map<Secret, Finding>();
    const last = bytes.length - 3;
    for (let at = 0; at <= last; at++) {
      const key = beginOf(bytes, at);
      if (this.#begins[key] === 0) continue;
      for (const { secret, form, text } of this.#needles.get(key) ?? []) {
        if (found.has(secret) || bytes.toString("latin1", at, at + text.length) !== text) continue;
        found.set(secret, { secret, form });
      }
    }
    return [...found.values()];
  }
}

const beginOf = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
