import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isWindowsScript, windowsScriptArguments } from "../../../src/system/windowsScript.ts";
import { runs } from "../../support/bulk.ts";

/** What `cmd.exe /d /s /c` makes of a line, so far as it finds nothing in it that has a meaning to it. */
function readByShell(line: string): string {
  assert.match(line, /^".*"$/s);
  let read = "";
  let inQuotes = false;
  const text = line.slice(1, -1);
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    // A variable's name ends at the second sign, so that one with a `^` at its end is meant, which nobody has.
    if (character === "%") assert.equal(text[at - 1], "^");
    if (character === "^" && !inQuotes) {
      read += text[++at] ?? "";
      continue;
    }
    if (character === '"') inQuotes = !inQuotes;
    assert.ok(inQuotes || !/[&|<>()]/.test(character), `${character} is for the shell in ${line}`);
    read += character;
  }
  return read;
}

/** The words of a command line after the program's name, by the rules of CommandLineToArgvW. */
function readByProgram(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let inQuotes = false;
  for (const [token = "", backslashes = ""] of line.matchAll(/(\\*)"|[^"]/gs)) {
    if (token.endsWith('"')) {
      word = (word ?? "") + "\\".repeat(backslashes.length / 2);
      if (backslashes.length % 2 === 1) word += '"';
      else inQuotes = !inQuotes;
    } else if (token === " " && !inQuotes) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + token;
    }
  }
  return [...words, ...(word === undefined ? [] : [word])].slice(1);
}

test("a script of Windows is run by its shell, with each word as it was meant", () => {
  assert.deepEqual(
    [
      windowsScriptArguments("C:\\Program Files (x86)\\az.cmd", ["account", "get-access-token"]),
      windowsScriptArguments("C:\\bw.cmd", ["a b", 'say "hi"', "%PATH%", "a&b|c>d", "C:\\dir\\", "", "!x^"]),
    ],
    [
      ["/d", "/s", "/c", '"C:\\Program^ Files^ ^(x86^)\\az.cmd ^"account^" ^"get-access-token^""'],
      [
        "/d",
        "/s",
        "/c",
        '"C:\\bw.cmd ^"a^ b^" ^"say^ \\^"hi\\^"^" ^"^%PATH^%^" ^"a^&b^|c^>d^" ^"C:\\dir\\\\^" ^"^" ^"^!x^^^""',
      ],
    ],
  );
  assert.deepEqual(["C:\\az.CMD", "C:\\x.bat", "C:\\op.exe", "op"].map(isWindowsScript), [true, true, false, false]);
});

test("whatever a word holds, nothing of it is for the shell, and the program gets it whole", () => {
  const word = fc.string({
    unit: fc.constantFrom(...'"\\^%&|<>() !;,*?`[]aä='.split("")),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const line = windowsScriptArguments("C:\\a.cmd", words)[3] ?? "";
      assert.deepEqual(readByProgram(readByShell(line)), words);
    }),
    runs(1000),
  );
});
