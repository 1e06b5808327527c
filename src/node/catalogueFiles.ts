import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue, CatalogueStore } from "../relay/catalogue.ts";
import { writeJsonFile } from "../system/jsonFile.ts";

/** One file per gateway. A damaged one counts as none: the gateway is asked again. */
export function catalogueStore(directory: string, id: string): CatalogueStore {
  const path = join(directory, `${id}.json`);
  return {
    read() {
      try {
        const found = JSON.parse(readFileSync(path, "utf8")) as Catalogue | null;
        return Array.isArray(found?.tools) ? found : undefined;
      } catch {
        return undefined;
      }
    },
    write: (catalogue) => writeJsonFile(path, catalogue),
  };
}
