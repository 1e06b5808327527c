import { homedir } from "node:os";
import { sep } from "node:path";

/** A path as people write it: in their home folder it begins with `~`, which is also the part that a narrow list can spare. */
export function shownPath(path: string, home = homedir()): string {
  return path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path;
}
