/**
 * The text of a file as its byte order mark says, and UTF-8 without one. Windows PowerShell 5.1 writes UTF-16 when the
 * output of a command is put into a file with `>`, which is how one gets the print of a gateway.
 */
export function decodedText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}
