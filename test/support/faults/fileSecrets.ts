import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { MemorySecrets } from "../fakePorts.ts";

/** A secret storage that several processes share, and that outlives them: one whole file. */
export class FileSecrets extends MemorySecrets {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override async get(key: string): Promise<string | undefined> {
    return secretsIn(this.#path)[key];
  }

  override async store(key: string, value: string): Promise<void> {
    this.#write({ ...secretsIn(this.#path), [key]: value });
  }

  override async delete(key: string): Promise<void> {
    const { [key]: _, ...rest } = secretsIn(this.#path);
    this.#write(rest);
  }

  override async keys(): Promise<readonly string[]> {
    return Object.keys(secretsIn(this.#path));
  }

  #write(entries: Readonly<Record<string, string>>): void {
    const beside = `${this.#path}.${randomUUID()}`;
    writeFileSync(beside, JSON.stringify(entries));
    renameSync(beside, this.#path);
  }
}

/** What such a storage holds. */
export function secretsIn(path: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
