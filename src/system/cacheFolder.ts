import { homedir } from "node:os";
import { join } from "node:path";

/** Where lists of tools, locks, compiled code and the list of the keychain's entries are, for all programs of a person; none holds a secret. */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "gateway-connect");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "gateway-connect");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "gateway-connect");
}
