import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileLock } from "../../../src/system/fileLock.ts";

/**
 * Another window's process, which holds the lock `tokens` below a folder: so many times for a moment, noting when it is
 * in and out; or once, saying so, for a time after which it notes `theirs`.
 */
const [folder = "", how, number] = process.argv.slice(2);
const lock = fileLock(join(folder, "locks"));
const journal = join(folder, "journal");

if (how === "often") {
  for (let n = 0; n < Number(number); n++) {
    await lock.run("tokens", async () => {
      await appendFile(journal, "in ");
      await delay(3);
      await appendFile(journal, "out ");
    });
  }
} else {
  await lock.run("tokens", async () => {
    process.stdout.write("in\n");
    await delay(Number(number));
    await appendFile(journal, "theirs ");
  });
}
