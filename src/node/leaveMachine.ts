import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { silentLog } from "../lib/log.ts";
import { textFile } from "../system/textFile.ts";
import { uninstalledMark } from "./bridge/bridgeFiles.ts";
import { openHostEntries } from "./hostFiles/openHostEntries.ts";
import { readStoragePointer } from "./storagePointer.ts";

/**
 * Takes our entries out of hosts' files, and the bridge that they start, once the extension is uninstalled.
 *
 * An entry that a person edited stays, and so does the bridge then: it says that the extension is gone. Connections stay
 * for whoever installs it again. Tokens are out of reach here: only the extension can read them, and sign out.
 *
 * @param pointer the file that says where the extension kept things
 * @returns what was done, in lines
 */
export async function leaveMachine(pointer: string): Promise<readonly string[]> {
  const found = await readStoragePointer(pointer);
  if (!found) return ["no entry was written into a host's file: there is nothing to clean up"];
  const { folder, places } = found;
  const { entries } = openHostEntries({
    book: textFile(join(folder, "entries.json")),
    ...{ folder, places, env: process.env, log: silentLog },
    bundles: dirname(pointer),
    chosenRuntime: () => undefined,
  });
  const left = await entries.removeAsWritten();
  const remove = (name: string) => rm(join(folder, name), { recursive: true, force: true });
  await remove("windows");
  if (left.length === 0) await remove("bridge");
  else await textFile(join(folder, "bridge", uninstalledMark)).write("");
  return [
    left.length === 0 ? "the bridge and its entries were removed" : "the entries that stood as written were removed",
    ...left.map((path) => `an entry that was changed is left in ${path}`),
  ];
}
