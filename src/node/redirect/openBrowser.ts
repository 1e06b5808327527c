import { foreignPlaces, ownProgram } from "../../system/ownPrograms.ts";
import { startTree } from "../../system/processTree.ts";

export interface BrowserWorld {
  readonly platform: NodeJS.Platform;
  /** The environment of the child: without the secrets that were handed to us in ours. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long an opener may take to say that it failed; afterwards the browser is taken to be open. */
const timeoutMs = 3_000;

/**
 * The commands that may open an address in the person's browser, the first to be tried first; none where nothing can show
 * one. `BROWSER` names commands, divided like a PATH, which go before the system's: dev containers, WSL and editors'
 * terminals set it, where there is no screen of their own.
 */
export function browserCommands(world: BrowserWorld): readonly (readonly string[])[] {
  const { platform, env } = world;
  const named = (env.BROWSER ?? "").split(platform === "win32" ? ";" : ":").map(commandWords);
  const own = systemBrowser(world);
  return [...named.filter(({ length }) => length > 0), ...(own ? [own] : [])];
}

function systemBrowser({ platform, env }: BrowserWorld): readonly string[] | undefined {
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
 * Opens an address with the first of these commands that can.
 *
 * @returns false when all of them failed
 */
export async function openBrowser(
  url: string,
  commands: readonly (readonly string[])[],
  world: BrowserWorld,
): Promise<boolean> {
  for (const command of commands) if (await opened(url, command, world)) return true;
  return false;
}

function opened(url: string, command: readonly string[], { platform, env }: BrowserWorld): Promise<boolean> {
  const [program = "", ...given] = command;
  // `%s` is where the address goes; without it the address comes last. Nothing of it passes through a shell.
  const placed = given.map((word) => word.replaceAll("%s", () => url));
  const args = given.some((word) => word.includes("%s")) ? placed : [...given, url];
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), timeoutMs);
    const end = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    try {
      // Our stdout belongs to MCP. A browser may be what stays of this, so it is not ours to end. What starts on Windows
      // with a hidden window hides the browser's too; detached, it has no console to show.
      const own = ownProgram(program, { env, platform }, foreignPlaces());
      const child = startTree(own, args, platform, { env, stdio: "ignore", detached: true });
      child.once("error", () => end(false));
      child.once("exit", (code) => end(code === 0));
      child.unref();
    } catch {
      // It is not there, or Windows says at once that it is no program.
      end(false);
    }
  });
}
