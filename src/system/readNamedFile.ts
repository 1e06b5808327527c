import { closeSync, createReadStream, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a file that somebody named. It may be a pipe, as a shell makes one for `<(command)`, so that its size is known
 * only when it was read: no more is read than anybody would put there.
 *
 * @throws Error with the operating system's `code`, or EFBIG
 */
export function readNamedFile(path: string, mostBytes: number): Buffer {
  const file = openSync(path, "r");
  try {
    return readOpenFile(file, mostBytes);
  } finally {
    closeSync(file);
  }
}

/** The same of a file that is open, which stays so. */
export function readOpenFile(file: number, mostBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; ; ) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
    if (read === 0) return Buffer.concat(chunks);
    length += read;
    if (length > mostBytes) throw tooLarge();
    chunks.push(chunk.subarray(0, read));
  }
}

/** The same where others work meanwhile. */
export async function readNamedFileMeanwhile(path: string, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path)) {
    length += (chunk as Buffer).length;
    // Leaving the loop closes the file.
    if (length > mostBytes) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (): NodeJS.ErrnoException => Object.assign(new Error("the file is too large"), { code: "EFBIG" });
