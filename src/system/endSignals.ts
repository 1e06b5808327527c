/**
 * The signals by which a program is asked to end.
 *
 * On Windows a parent can send Ctrl-Break, and SIGHUP says that the console window was closed: Windows ends the program
 * by itself a few seconds later, whatever it does.
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/process.html#signal-events
 */
export const endSignals = (platform: NodeJS.Platform): readonly NodeJS.Signals[] =>
  platform === "win32" ? ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Whether a signal asks a program without a terminal to read its configuration again, as it does on POSIX. */
export const asksToReload = (signal: NodeJS.Signals, platform: NodeJS.Platform): boolean =>
  signal === "SIGHUP" && platform !== "win32";
