/** Whether a path is a script, which Windows cannot start by itself and Node refuses to start (CVE-2024-27980). */
export const isWindowsScript = (path: string): boolean => /\.(cmd|bat)$/i.test(path);

/**
 * The arguments with which `cmd.exe` runs a script, to be passed on verbatim.
 *
 * Two programs parse them. First `cmd.exe` reads the line, where `^` escapes every special character, quotes included:
 * between quotes it would still expand variables. Then the program behind the script splits the words at their quotes
 * (CommandLineToArgvW). `/s` removes the outer quotes. The npm package cross-spawn does the same; this was not run on
 * Windows.
 *
 * @param path the absolute path of the script
 */
export function windowsScriptArguments(path: string, args: readonly string[]): string[] {
  const line = [path, ...args.map(quoted)].map((word) => word.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&")).join(" ");
  return ["/d", "/s", "/c", `"${line}"`];
}

/** Quotes a word. Backslashes have to be doubled before a quote, and only there. */
const quoted = (word: string): string => `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
