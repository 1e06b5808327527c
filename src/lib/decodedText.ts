/**
 * The text of a file, decoded as its byte order mark says, or as UTF-8 without one. Windows PowerShell 5.1 writes
 * UTF-16 when a command's output is redirected with `>`, which is how people save what AWS's commands print.
 */
export function decodedText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}
