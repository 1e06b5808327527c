import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { compiledCode } from "./system/compiledCode.ts";

/** The program that the build has put into a comment at the end of this file, which it writes. */
declare const PROGRAM: {
  /** Of its source, by SHA-256. */
  readonly digest: string;
  /** In characters, each a byte. */
  readonly length: number;
  /** Its first line in this file, from 0. */
  readonly line: number;
  /** What stands in it for the end of a comment, as long as that. */
  readonly commentEnd: string;
};

// Runs that program. What the engine makes of it is kept for the next start, which then neither reads its source nor
// compiles what it needs: half of the time to the first list of tools. Node keeps no compiled code before version 22, and
// then of files that are modules by themselves, while one file is all that people copy.

const path = fileURLToPath(import.meta.url);
// Node's name for who wants no compiled code to be kept.
const compiled = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : compiledCode(PROGRAM.digest);
const { script, isCompiled } = load();
/** What the program calls once it has run what its start needs. */
const keepCompiled = async (): Promise<void> => {
  if (!isCompiled) await compiled?.keep(script.createCachedData());
};
const program = { exports: {} };
script.runInThisContext()(program.exports, createRequire(path), program, path, dirname(path), keepCompiled);

/** The program as the engine has it; what it was made of is not held for longer. */
function load() {
  const file = readFileSync(path);
  const end = file.length - "*/\n".length;
  const begin = end - PROGRAM.length;
  // In its place, since each text of a megabyte would stay in memory for long.
  for (let at = file.indexOf(PROGRAM.commentEnd, begin); at >= 0; at = file.indexOf(PROGRAM.commentEnd, at)) {
    file.write("*/", at);
  }
  const source = file.toString("latin1", begin, end);
  const cachedData = compiled?.read();
  const script = new Script(source, { filename: path, lineOffset: PROGRAM.line, ...(cachedData && { cachedData }) });
  return { script, isCompiled: cachedData !== undefined && script.cachedDataRejected !== true };
}
