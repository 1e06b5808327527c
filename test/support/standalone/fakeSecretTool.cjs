// What `secret-tool` does with an unlocked keyring, into a file of the test: `store`, `lookup`, `clear` and `search`. With
// FAKE_KEYRING_FULL it takes nothing more. `test/keychain` has the real one say the same.
const { appendFileSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } = require("node:fs");

const [act, ...words] = process.argv.slice(2);
const file = process.env.FAKE_KEYRING;
appendFileSync(`${file}.calls`, `${JSON.stringify({ argv: process.argv, env: process.env })}\n`);
const entries = () => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
};
const write = (next) => {
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(next));
  renameSync(`${file}.${process.pid}`, file);
};
// One at a time, as the service of a keyring answers.
const turn = `${file}.turn`;
for (;;) {
  try {
    mkdirSync(turn);
    break;
  } catch {}
}
process.on("exit", () => rmdirSync(turn));
const name = words.filter((word) => !word.startsWith("--")).join(" ");
const { [name]: found, ...rest } = entries();
if (act === "store" && process.env.FAKE_KEYRING_FULL) process.exitCode = 1;
else if (act === "store") write({ ...rest, [name]: readFileSync(0, "utf8") });
else if (act === "clear" && found === undefined) process.exitCode = 1;
else if (act === "clear") write(rest);
else if (act === "search")
  process.stdout.write(found === undefined ? "" : `[/1]\nlabel = Gateway Connect\nsecret = ${found}\n`);
else if (found === undefined) process.exitCode = 1;
else process.stdout.write(found);
