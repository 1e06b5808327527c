/** Whether a path is a script, which Windows cannot start by itself and Node refuses to start (CVE-2024-27980). */
export const isWindowsScript = (path: string): boolean => /\.(cmd|bat)$/i.test(path);

/**
 * The arguments with which `cmd.exe` runs a script, to be passed on verbatim.
 *
 * Its words are read three times: by `cmd.exe` in this line, by `cmd.exe` again where the script hands them on (`%*`), and
 * by the program behind it, which splits them at their quotes. So everything stays between quotes, where `&` and its like
 * mean nothing, and a quote in a word is doubled, which leaves the two outer readings between quotes. Only `%` has a
 * meaning there: it is followed by a variable of no length, so that it begins no name. Rust's `Command` does the same
 * (`make_bat_command_line`).
 *
 * @param path the absolute path of the script
 */
export function windowsScriptArguments(path: string, args: readonly string[]): string[] {
  const line = [path, ...args].map(quoted).join(" ");
  // `/s` removes the outer quotes; `/e:on` knows the part of a variable, `/v:off` leaves `!` alone.
  return ["/e:on", "/v:off", "/d", "/s", "/c", `"${line}"`];
}

/** Quotes a word. Backslashes have to be doubled before a quote, and only there. */
const quoted = (word: string): string =>
  `"${word
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, "$&$&")
    .replaceAll("%", "%%cd:~,%")}"`;
