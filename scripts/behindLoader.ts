import { createHash } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { type BuildOptions, build, type Metafile } from "esbuild";

/** Stands in the program for what would end the comment that it is in. No program has the second character. */
const COMMENT_END = "*\x7f";
const HASHBANG = "#!/usr/bin/env node\n";

/**
 * Puts a program in CommonJS behind `src/loader.ts`, into the same file, as a comment: so that Node reads the loader alone as a
 * module, and the program from what was compiled before.
 *
 * @returns what the loader is made of, as the bundler says it
 * @throws Error where the program has the text that is to stand for the end of a comment
 */
export async function behindLoader(path: string, common: BuildOptions): Promise<Metafile["inputs"]> {
  const text = (await readFile(path, "utf8")).replace(HASHBANG, "");
  const source = `(function(exports,require,module,__filename,__dirname,keepCompiled){\n${text}\n})`;
  if (source.includes(COMMENT_END)) throw new Error(`${path} has ${JSON.stringify(COMMENT_END)} in it`);
  const inComment = source.replaceAll("*/", COMMENT_END);
  const digest = createHash("sha256").update(source).digest("hex");
  const about = { digest, length: source.length, commentEnd: COMMENT_END };
  // Which line the program begins at changes none.
  const { text: before } = await loader({ ...about, line: 0 }, common);
  const { text: head, inputs } = await loader({ ...about, line: before.split("\n").length + 1 }, common);
  await writeFile(path, `${HASHBANG}${head}/*\n${inComment}*/\n`);
  await chmod(path, 0o755);
  return inputs;
}

async function loader(program: object, common: BuildOptions) {
  const { outputFiles = [], metafile } = await build({
    ...common,
    entryPoints: ["src/loader.ts"],
    format: "esm",
    write: false,
    define: { PROGRAM: JSON.stringify(program) },
  });
  return { text: outputFiles.map(({ text }) => text).join(""), inputs: metafile?.inputs ?? {} };
}
