import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";

/** A file of policies. */
export interface PolicyFile {
  readonly file: string;
  readonly text: string;
}

/** Reads the files of policies that a configuration names. */
export interface PolicyFiles {
  /**
   * @param path a file, or a folder whose `.cedar` files are read
   * @throws Error with a message for people
   */
  read(path: string): readonly PolicyFile[];
}

/** Reads beside a gateway's file, and remembers what it read and where more may appear. */
export interface FollowedPolicyFiles extends PolicyFiles {
  /** The texts that were read, for noticing a change. */
  readonly texts: readonly string[];
  /** The folders in which a change may matter. */
  readonly folders: readonly string[];
}

export function policyFilesBeside(configurationFile: string): FollowedPolicyFiles {
  const texts: string[] = [];
  const folders = new Set<string>();
  const readOne = (file: string): PolicyFile => {
    const text = decodedText(readNamedFile(file, MAX_DOCUMENT_BYTES));
    texts.push(`${file}\n${text}`);
    return { file, text };
  };
  return {
    texts,
    get folders() {
      return [...folders];
    },
    read(path) {
      const named = resolve(dirname(configurationFile), path);
      folders.add(dirname(named));
      try {
        if (!statSync(named).isDirectory()) return [readOne(named)];
        folders.add(named);
        const inside = readdirSync(named)
          .filter((name) => name.endsWith(".cedar"))
          .sort();
        if (inside.length === 0) throw new Error("the folder has no .cedar file");
        return inside.map((name) => readOne(join(named, name)));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === undefined) throw error;
        throw new Error(code === "ENOENT" ? "there is no such file or folder" : `it cannot be read (${code})`);
      }
    },
  };
}
