import { join } from "node:path";
import type { ProcessRecord } from "./processWatch.ts";
import { type Secret, type SecretSearch, searchSecrets } from "./secretSearch.ts";
import type { World } from "./world.ts";

/** Looks for secrets in everything that the editor, the browser and their processes have left. */
export function searchWorld(
  world: World,
  what: {
    readonly secrets: readonly Secret[];
    readonly processes: readonly ProcessRecord[];
    readonly pictures: string;
  },
): Promise<SecretSearch> {
  const folders = ["user-data", "extensions", "data", "config", "workspace", "companion"];
  const rooms = [
    ...folders.map((name) => ({ folder: join(world.home, name) })),
    // The browser keeps a history of addresses, and a code travels in one: short-lived, used once, bound by PKCE.
    { folder: join(world.home, "browser"), allowed: ["code"] },
    { folder: what.pictures },
  ];
  return searchSecrets(what.secrets, rooms, what.processes);
}
