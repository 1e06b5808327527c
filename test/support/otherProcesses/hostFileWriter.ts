import { formatOf } from "../../../src/hosts/formats/formats.ts";
import { genericHost } from "../../../src/hosts/hosts.ts";
import { fileChanger } from "../../../src/node/hostFiles/changeFile.ts";

/** Another window's process, which adds so many entries to a host's file, one after the other. */
const [storage = "", path = "", name, count] = process.argv.slice(2);
const { read } = await formatOf(genericHost);
const files = fileChanger(storage);
for (let n = 0; n < Number(count); n++) {
  await files.change(path, (text) => read(text, path).withEntry(`${name}${n}`, { command: "c", args: [], env: {} }));
}
