/** A regular file that its owner writes and everybody reads, as the upper half of a zip's external attributes. */
const ORDINARY = (0o100644 << 16) >>> 0;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;

/**
 * A zip archive whose files all have the same permissions: what the files of a checkout have depends on who made it, and on
 * which system. (APPNOTE.TXT, 4.3.12 and 4.3.16.)
 *
 * @throws Error where the bytes are no archive of the plain kind that ours are
 */
export function withEqualModes(archive: Buffer): Buffer {
  const result = Buffer.from(archive);
  const end = result.length - END_BYTES;
  if (end < 0 || result.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error("the archive has no end, or a comment");
  const count = result.readUInt16LE(end + 10);
  let entry = result.readUInt32LE(end + 16);
  for (let number = 0; number < count; number++) {
    if (result.readUInt32LE(entry) !== DIRECTORY_ENTRY) throw new Error(`entry ${number} of the archive is none`);
    result.writeUInt32LE(ORDINARY, entry + 38);
    entry += 46 + result.readUInt16LE(entry + 28) + result.readUInt16LE(entry + 30) + result.readUInt16LE(entry + 32);
  }
  if (entry !== end) throw new Error("the archive's list of files does not end where it says");
  return result;
}
