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
  /** As it stands in the comment, in characters. */
  readonly length: number;
  /** Its first line in this file, from 0. */
  readonly line: number;
  /** What stands in it for the end of a comment. */
  readonly commentEnd: string;
};

// Runs that program. What the engine makes of it is kept for the next start, which then neither reads its source nor
// compiles what it needs: half of the time to the first list of tools. Node keeps no compiled code before version 22, and
// then of files that are modules by themselves, while one file is all that people copy.

const path = fileURLToPath(import.meta.url);
const end = -"*/\n".length;
const source = readFileSync(path, "latin1")
  .slice(end - PROGRAM.length, end)
  .replaceAll(PROGRAM.commentEnd, "*/");
// Node's name for who wants no compiled code to be kept.
const compiled = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : compiledCode(PROGRAM.digest);
const cachedData = compiled?.read();
const script = new Script(source, { filename: path, lineOffset: PROGRAM.line, ...(cachedData && { cachedData }) });
const program = { exports: {} };
/** What the program calls once it has run what its start needs. */
const keepCompiled = async (): Promise<void> => {
  if (!cachedData || script.cachedDataRejected) await compiled?.keep(script.createCachedData());
};
script.runInThisContext()(program.exports, createRequire(path), program, path, dirname(path), keepCompiled);
