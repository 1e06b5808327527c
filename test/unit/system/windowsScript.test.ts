import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isWindowsScript, windowsScriptArguments } from "../../../src/system/windowsScript.ts";
import { runs } from "../../support/bulk.ts";

/** What `cmd.exe /s /c` makes of a line, so far as it finds nothing in it that has a meaning to it. */
function readByShell(line: string): string {
  assert.match(line, /^".*"$/s);
  const text = line.slice(1, -1).replaceAll("%%cd:~,%", "%");
  assert.equal(text.replaceAll("%", "%%cd:~,%"), line.slice(1, -1), "a name of a variable begins");
  handedOn(text);
  return text;
}

/** Fails where the shell finds something for itself: in a line, and in the words that a script hands on. */
function handedOn(text: string): void {
  let inQuotes = false;
  for (const character of text) {
    if (character === '"') inQuotes = !inQuotes;
    else assert.ok(inQuotes || !/[&|<>()^]/.test(character), `${character} is for the shell in ${text}`);
  }
  assert.ok(!inQuotes);
}

/** The words of a command line after the program's name, as programs of Windows split them (the C runtime's rules). */
function readByProgram(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let inQuotes = false;
  for (let at = 0; at < line.length; at++) {
    const backslashes = /^\\*(?=")/.exec(line.slice(at))?.[0].length ?? 0;
    if (line[at + backslashes] === '"') {
      word = (word ?? "") + "\\".repeat(backslashes / 2);
      at += backslashes;
      if (backslashes % 2 === 1) word += '"';
      else if (inQuotes && line[at + 1] === '"') word += line[++at];
      else inQuotes = !inQuotes;
    } else if (line[at] === " " && !inQuotes) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + line[at];
  }
  return [...words, ...(word === undefined ? [] : [word])].slice(1);
}

test("a script of Windows is run by its shell, with each word as it was meant", () => {
  const line = (path: string, args: readonly string[]) => windowsScriptArguments(path, args).at(-1);
  assert.deepEqual(
    [
      windowsScriptArguments("C:\\Program Files (x86)\\az.cmd", ["account", "get-access-token"]),
      line("C:\\bw.cmd", ["a b", 'say "hi"', "%PATH%", "a&b|c>d", "C:\\dir\\", "", "!x^"]),
    ],
    [
      ["/e:on", "/v:off", "/d", "/s", "/c", '""C:\\Program Files (x86)\\az.cmd" "account" "get-access-token""'],
      '""C:\\bw.cmd" "a b" "say ""hi""" "%%cd:~,%PATH%%cd:~,%" "a&b|c>d" "C:\\dir\\\\" "" "!x^""',
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
      const line = windowsScriptArguments("C:\\a.cmd", words).at(-1) ?? "";
      assert.deepEqual(readByProgram(readByShell(line)), words);
    }),
    runs(1000),
  );
});
