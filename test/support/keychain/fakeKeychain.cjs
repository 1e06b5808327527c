// What `security` of macOS and a PowerShell with our script do with a keychain, into a file of the test. As programs they are
// given words, standard input and an exit code, which no fake at a port has. FAKE_KEYCHAIN_LOCKED is a keychain that asks for its
// password where nobody sits.
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");

const [kind, ...words] = process.argv.slice(2);
const file = process.env.FAKE_KEYCHAIN;
appendFileSync(`${file}.calls`, `${JSON.stringify({ argv: process.argv.slice(2), env: process.env })}\n`);
const read = () => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
};
const end = (code, complaint = "") => {
  process.stderr.write(complaint);
  process.exit(code);
};
const NO_SUCH_ENTRY = 44;
const after = (list, word) => list[list.indexOf(word) + 1];

if (process.env.FAKE_KEYCHAIN_LOCKED)
  end(36, "security: SecKeychainItemCopyContent: User interaction is not allowed.\n");
/** What `security` does at one command, and the code that it ends with. */
function did(given) {
  const [act] = given;
  const name = after(given, "-a");
  if (after(given, "-s") !== "gateway-connect") return 2;
  const { [name]: found, ...rest } = read();
  if (act === "add-generic-password") writeFileSync(file, JSON.stringify({ ...rest, [name]: after(given, "-w") }));
  else if (found === undefined) return NO_SUCH_ENTRY;
  else if (act === "find-generic-password") process.stdout.write(given.includes("-w") ? `${found}\n` : "keychain: …\n");
  else if (act === "delete-generic-password") writeFileSync(file, JSON.stringify(rest));
  else return 2;
  return 0;
}

if (kind === "security") {
  let code = 0;
  if (words[0] === "-i") {
    // It reads lines of at most 4096 characters, takes words in quotes, goes on whatever became of one, and ends as the last.
    for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
      const given = [...line.slice(0, 4096).matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
        ([, quoted, bare]) => quoted ?? bare,
      );
      code = line.length > 4096 ? 2 : did(given);
    }
  } else code = words[0] === "add-generic-password" ? 2 : did(words);
  end(code, code === 0 ? "" : "security: it did not do that.\n");
} else {
  const script = Buffer.from(after(words, "-EncodedCommand"), "base64").toString("utf16le");
  if (!script.includes("Windows.Security.Credentials.PasswordVault")) end(1, "another script\n");
  const { act, name, names = [], entries: put = [] } = JSON.parse(readFileSync(0, "utf8"));
  let entries = read();
  for (const { name, value } of put) {
    // 2560 bytes of UTF-16.
    if (value.length > 1280) end(1, "The data is too long.\n");
    entries = { ...entries, [name]: value };
    writeFileSync(file, JSON.stringify(entries));
  }
  if (act === "drop") {
    const left = Object.entries(entries).filter(([one]) => !names.includes(one));
    writeFileSync(file, JSON.stringify(Object.fromEntries(left)));
  }
  if (act === "get") {
    if (!(name in entries)) end(NO_SUCH_ENTRY);
    const beside = Object.entries(entries).filter(([one]) => one.startsWith(`${name}.`));
    process.stdout.write([entries[name], ...beside.map((one) => one.join(" ")), ""].join("\r\n"));
  }
}
