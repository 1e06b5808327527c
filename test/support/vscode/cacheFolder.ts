import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where large downloads of the tests are kept between runs: the platform's own cache folder, never the work tree,
 * so that a fresh clone on the same machine finds them and `git clean` does not throw them away.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
  home = homedir(),
): string {
  const base =
    platform === "win32"
      ? (env.LOCALAPPDATA ?? join(home, "AppData", "Local"))
      : platform === "darwin"
        ? join(home, "Library", "Caches")
        : (env.XDG_CACHE_HOME ?? join(home, ".cache"));
  return join(base, "gateway-connect");
}
