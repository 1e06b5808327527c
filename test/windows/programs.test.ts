import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileChanger } from "../../src/node/hostFiles/changeFile.ts";
import { withClaudeCode } from "../../src/node/hostFiles/claudeCode.ts";
import { credentialPlaces } from "../../src/node/secrets/credentialPlaces.ts";
import { findProgram } from "../../src/system/findProgram.ts";
import { isAlive } from "../../src/system/isAlive.ts";
import { runTool } from "../../src/system/runTool.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { wineLacks } from "../support/windows/wineLacks.ts";

/** Prints its arguments and what it reads, as JSON; with `stays` it prints its id and goes on for a minute. */
const tellingProgram = `
  const [first, ...rest] = process.argv.slice(2);
  if (first === "stays") {
    console.log(process.pid);
    setTimeout(() => {}, 60_000);
  } else {
    let input = "";
    process.stdin.on("data", (chunk) => (input += chunk)).on("end", () => {
      require("node:fs").appendFileSync(__filename + ".log", JSON.stringify([first, ...rest]) + "\\n");
      console.log(JSON.stringify({ args: [first, ...rest], input }));
    });
  }`;

/** A folder with a script of Windows in it, as npm makes them, and an environment whose `Path` leads to it. */
function installed(t: TestContext, name: string) {
  const folder = join(makeTemporaryFolder("gwc "), "Програми & 工具 (x86)");
  mkdirSync(folder);
  t.after(() => removeFolder(dirname(folder)));
  const program = join(folder, "program.cjs");
  writeFileSync(program, tellingProgram);
  const script = join(folder, `${name}.cmd`);
  // A file of that name without an ending is for the shells of other systems.
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  writeFileSync(script, `@ECHO off\r\nSETLOCAL\r\n"${process.execPath}" "%~dp0program.cjs" %*\r\n`);
  const { PATH, Path: _, ...others } = process.env as Record<string, string>;
  const env: Record<string, string> = { ...others, Path: `C:\\not there;;${folder};${PATH ?? ""}` };
  const calls = () =>
    readFileSync(`${program}.log`, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);
  return { folder, script, env, calls };
}

const words = [
  "two words",
  'say "hi"',
  '{"a":"b & c | d"}',
  "a&b|c>d<e",
  "x^y",
  "(1)",
  "C:\\dir\\",
  "",
  "!x!",
  "Жук 山",
];

test("a script is found by its name, and its program gets each word and its input whole", async (t) => {
  const { env, script } = installed(t, "some tool");
  const found: string[] = [];
  for await (const path of findProgram("some tool", { platform: "win32", env, scripts: true })) found.push(path);
  const answer = await runTool(30_000, env)(script, words, "a secret");
  assert.deepEqual(
    { found, answer: JSON.parse(answer.output), code: answer.code },
    { found: [script], answer: { args: words, input: "a secret" }, code: 0 },
  );
});

test("a word with the name of a variable in it is a word", {
  skip: wineLacks("its cmd reads a variable's name where Windows reads none"),
}, async (t) => {
  const { env, script } = installed(t, "tool");
  const given = ["%PATH%", "100 %", "%%", "%cd%"];
  const { output } = await runTool(30_000, env)(script, given, "");
  assert.deepEqual((JSON.parse(output) as { args: string[] }).args, given);
});

test("a program is found with its ending, whatever the letters, and in folders of other alphabets", async (t) => {
  const { env, folder } = installed(t, "tool");
  symlinkOrCopy(process.execPath, join(folder, "Node Жук.EXE"));
  const found = (await findProgram("node жук", { platform: "win32", env }).next()).value ?? "";
  const { output } = await runTool(30_000, env)(found, ["-p", "1 + 1"], "");
  assert.deepEqual(
    { found: found.toLowerCase(), output: output.trim() },
    {
      found: join(folder, "node жук.exe").toLowerCase(),
      output: "2",
    },
  );
});

/** The programs of other systems' files are links under Wine, where Windows makes none. */
function symlinkOrCopy(from: string, to: string): void {
  try {
    symlinkSync(from, to);
    if (readFileSync(to).length > 0) return;
  } catch {
    // Windows asks for a right that people do not have.
  }
  rmSync(to, { force: true });
  writeFileSync(to, readFileSync(from));
}

test("a password manager that is a script is run without a shell's reading of what it is given", async (t) => {
  const { env } = installed(t, "bw");
  const output = await credentialPlaces(env).run(["bw", "get", "password", "a & b"]);
  assert.deepEqual(JSON.parse(output), { args: ["get", "password", "a & b"], input: "" });
});

test("Claude Code as npm installs it is given an entry whole", async (t) => {
  const { env, folder, calls } = installed(t, "claude");
  const own = join(folder, ".claude.json");
  writeFileSync(own, "{}");
  const files = withClaudeCode(own, fileChanger(folder), { platform: "win32", env, home: folder });
  const entry = {
    command: "C:\\Users\\R & D\\node.exe",
    args: ["a b", "https://gw.example/mcp?x=1&y=2"],
    env: { A: 'q"' },
  };
  await files.change(own, () => JSON.stringify({ mcpServers: { gateway: entry } }));
  assert.deepEqual(calls(), [["mcp", "add-json", "gateway", JSON.stringify(entry), "--scope", "user"]]);
});

test("a script that does not end in its time is ended with the program behind it", async (t) => {
  const { env, script } = installed(t, "slow");
  const { output, late } = await runTool(6_000, env)(script, ["stays"], "");
  const pid = Number(output);
  t.after(() => isAlive(pid) && process.kill(pid));
  await until(() => !isAlive(pid), "the end of the program");
  assert.deepEqual({ late, started: pid > 0 }, { late: true, started: true });
});
