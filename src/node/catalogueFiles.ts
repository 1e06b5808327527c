import { statSync } from "node:fs";
import { join } from "node:path";
import { MAX_KEPT_FILE_BYTES } from "../lib/limits.ts";
import type { Catalogue, CatalogueStore } from "../relay/catalogue.ts";
import { readJsonFile, writeJsonFile } from "../system/jsonFile.ts";
import { readNamedFile } from "../system/readNamedFile.ts";

/** What a later format says of itself; ours says nothing. */
const isNewer = (found: unknown): boolean =>
  ((found as { readonly version?: unknown } | null | undefined)?.version ?? 1) !== 1;

/**
 * One file per gateway. It is a copy of what the gateway says: a damaged one counts as none and is replaced when the gateway
 * was asked again. One of a newer version counts as none too, and is left to that version.
 */
export function catalogueStore(directory: string, id: string): CatalogueStore {
  const path = join(directory, `${id}.json`);
  return {
    read() {
      try {
        const found = JSON.parse(readNamedFile(path, MAX_KEPT_FILE_BYTES).toString("utf8")) as Catalogue | null;
        return Array.isArray(found?.tools) && !isNewer(found) ? found : undefined;
      } catch {
        return undefined;
      }
    },
    async write(catalogue) {
      if (!isNewer(await readJsonFile(path).catch(() => undefined))) await writeJsonFile(path, catalogue);
    },
  };
}

/** Tells apart what is kept of a gateway at two times, whichever window wrote it; undefined where nothing is. */
export function catalogueStamp(directory: string, id: string): string | undefined {
  const found = statSync(join(directory, `${id}.json`), { throwIfNoEntry: false });
  return found && `${found.mtimeMs} ${found.size} ${found.ino}`;
}
