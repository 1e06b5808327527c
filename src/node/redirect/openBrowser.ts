import { spawn } from "node:child_process";

export interface BrowserWorld {
  readonly platform: NodeJS.Platform;
  /** The environment of the child: without the secrets that were handed to us in ours. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long an opener may take to say that it failed; afterwards the browser is taken to be open. */
const timeoutMs = 3_000;

/** The command that opens an address in the person's browser; undefined where there is no screen to show one. */
export function browserCommand({ platform, env }: BrowserWorld): readonly string[] | undefined {
  switch (platform) {
    case "darwin":
      return env.SSH_CONNECTION ? undefined : ["open"];
    case "win32":
      // Not through a shell: `&` in an address would end the command there.
      return ["rundll32.exe", "url.dll,FileProtocolHandler"];
    default:
      if (env.WSL_DISTRO_NAME) return ["rundll32.exe", "url.dll,FileProtocolHandler"];
      return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : undefined;
  }
}

/** A command line as words; quotes hold words together. */
export function commandWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

/**
 * Opens an address.
 *
 * @returns false when that failed
 */
export function openBrowser(url: string, command: readonly string[], { env }: BrowserWorld): Promise<boolean> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    // Our stdout belongs to MCP. A browser may be what stays of this, so it is not ours to end. What starts on Windows with
    // a hidden window hides the browser's too; detached, it has no console to show.
    const child = spawn(program, [...args, url], { env, stdio: "ignore", detached: true });
    const timer = setTimeout(() => resolve(true), timeoutMs);
    const end = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once("error", () => end(false));
    child.once("exit", (code) => end(code === 0));
    child.unref();
  });
}
