import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { cacheFolder } from "./cacheFolder.ts";
import { isOnlyOurs } from "./onlyOurs.ts";
import { writeAtomically } from "./writeAtomically.ts";

/** What the engine made of a program, for its next start. */
export interface CompiledCode {
  /** @returns undefined where there is nothing that may be used */
  read(): Buffer | undefined;
  /** Does nothing where it cannot be kept: the next start takes longer then. */
  keep(code: Buffer): Promise<void>;
}

/** The folder of compiled code. */
export const compiledFolder = (): string => join(cacheFolder(), "compiled");

/** Ours is below 2 MB. */
const MOST_BYTES = 16 * 1024 * 1024;
const DIGEST_BYTES = 32;
/** As many programs and engines keep theirs: an editor's and a terminal's Node, before and after an update. */
const MOST_FILES = 4;

/**
 * The compiled code of one program for this engine, in a folder that only this user can write to: whoever writes there says what
 * we run. Nothing is read from a folder or file of somebody else, and nothing that is not whole, which the engine does not
 * look at. Node's own cache has neither check, and cannot hold a program that is not a module by itself.
 *
 * @param program the SHA-256 of its source: the engine itself compares lengths only
 */
export function compiledCode(program: string, folder = compiledFolder()): CompiledCode {
  // Of the engine's version, its flags and what the processor can do.
  const path = join(folder, `${program.slice(0, 16)}-${cachedDataVersionTag().toString(16)}`);
  return {
    read() {
      try {
        if (!isOurFolder(folder)) return undefined;
        return whole(ownBytes(path));
      } catch {
        return undefined;
      }
    },
    async keep(code) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        if (!isOurFolder(folder)) return;
        await writeAtomically(path, Buffer.concat([digestOf(code), code]), { mode: 0o600 });
        await removeOldest(folder);
      } catch {
        // A disk that is full or cannot be written to.
      }
    },
  };
}

/** A link is none, whoever it leads to: only Linux says of one that everybody may write to it. */
function isOurFolder(path: string): boolean {
  const about = lstatSync(path);
  return about.isDirectory() && isOnlyOurs(about);
}

function ownBytes(path: string): Buffer | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const about = fstatSync(file);
    return about.isFile() && isOnlyOurs(about) && about.size <= MOST_BYTES ? readFileSync(file) : undefined;
  } finally {
    closeSync(file);
  }
}

function whole(bytes: Buffer | undefined): Buffer | undefined {
  const code = bytes?.subarray(DIGEST_BYTES);
  return code && bytes && digestOf(code).equals(bytes.subarray(0, DIGEST_BYTES)) ? code : undefined;
}

const digestOf = (code: Buffer): Buffer => createHash("sha256").update(code).digest();

/** With what a process left that ended while it wrote. */
async function removeOldest(folder: string): Promise<void> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const times = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  const old = times.sort((one, other) => other.at - one.at).slice(MOST_FILES);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
}
