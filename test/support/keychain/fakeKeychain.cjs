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
const entries = read();

if (kind === "security") {
  if (words[0] === "-i") {
    // It reads lines of at most 4096 characters, takes words in quotes, and ends well whatever became of them.
    for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
      const given = [...line.slice(0, 4096).matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
        ([, quoted, bare]) => quoted ?? bare,
      );
      if (given[0] !== "add-generic-password" || line.length > 4096) continue;
      writeFileSync(file, JSON.stringify({ ...entries, [after(given, "-a")]: after(given, "-w") }));
    }
    end(0);
  }
  const name = after(words, "-a");
  if (after(words, "-s") !== "gateway-connect") end(2, "another service\n");
  if (!(name in entries))
    end(NO_SUCH_ENTRY, "security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.\n");
  const { [name]: found, ...rest } = entries;
  if (words[0] === "find-generic-password") process.stdout.write(words.includes("-w") ? `${found}\n` : "keychain: …\n");
  else if (words[0] === "delete-generic-password") writeFileSync(file, JSON.stringify(rest));
  else end(2, "usage\n");
} else {
  const script = Buffer.from(after(words, "-EncodedCommand"), "base64").toString("utf16le");
  if (!script.includes("Windows.Security.Credentials.PasswordVault")) end(1, "another script\n");
  const { act, name, value } = JSON.parse(readFileSync(0, "utf8"));
  const { [name]: found, ...rest } = entries;
  // 2560 bytes of UTF-16.
  if (act === "put" && value.length > 1280) end(1, "The data is too long.\n");
  if (act === "put") writeFileSync(file, JSON.stringify({ ...rest, [name]: value }));
  else if (found === undefined) end(NO_SUCH_ENTRY);
  else if (act === "drop") writeFileSync(file, JSON.stringify(rest));
  else process.stdout.write(found);
}
