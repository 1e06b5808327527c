import { join } from "node:path";
import { createInterface } from "node:readline";
import { catalogueStore } from "../../../src/node/catalogueFiles.ts";
import { fileLock } from "../../../src/system/fileLock.ts";
import { textFile } from "../../../src/system/textFile.ts";
import { connectWorld } from "../connectWorld.ts";
import { FileSecrets } from "../faults/fileSecrets.ts";

/**
 * A window of the editor as a process of its own, with the relay that ships: what it keeps is in a folder, which all windows
 * of a person share. It connects the gateway where nobody has yet, says so, and calls a tool for each line that it is told.
 */
const [folder = "", gatewayUrl = ""] = process.argv.slice(2);
const world = connectWorld({
  kept: {
    secrets: new FileSecrets(join(folder, "secrets.json")),
    lock: fileLock(join(folder, "locks")),
    file: textFile(join(folder, "connections.json")),
    catalogue: (id) => catalogueStore(join(folder, "catalogues"), id),
  },
});
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
await world.gateways.book.load();
if (world.gateways.book.all.length === 0) await world.connect(gatewayUrl);
const id = world.gateways.book.all[0]?.id ?? "";
say({ ready: true });
for await (const tool of createInterface({ input: process.stdin })) {
  const said = await world
    .call(id, tool)
    .catch((error: { code?: string; message: string }) => error.code ?? error.message);
  say({ said, pages: world.opened.length });
}
await world.stop();
process.exit(0);
