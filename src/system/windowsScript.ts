/** Windows cannot start these itself, and Node refuses to try (CVE-2024-27980). */
export const isWindowsScript = (path: string): boolean => /\.(cmd|bat)$/i.test(path);

/**
 * The arguments with which `cmd.exe` runs a script, to be handed on as they are.
 *
 * Each word is read twice. The program behind the script takes words apart at its quotes (CommandLineToArgvW). Before that
 * `cmd.exe` reads the whole, where `^` takes its meaning from every character that has one, the quotes among them: what is
 * between quotes would otherwise still be a variable. The quotes around it all are what `/s` takes away. This is how the
 * npm package cross-spawn does it; it was not run on Windows here.
 *
 * @param path the script's own, absolute
 */
export function windowsScriptArguments(path: string, args: readonly string[]): string[] {
  const line = [path, ...args.map(quoted)].map((word) => word.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&")).join(" ");
  return ["/d", "/s", "/c", `"${line}"`];
}

/** Backslashes count double where a quote comes after them, and only there. */
const quoted = (word: string): string => `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
